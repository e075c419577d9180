import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { EMBED_QUEUE, SYNC_QUEUE } from '@project-sync/sync';
import pg from 'pg';
import type { Database } from '../database/database.ts';
import { openEmbedded } from '../database/embedded/open-embedded.ts';
import { openServer } from '../database/server/open-server.ts';
import { openJobs } from '../jobs/open-jobs.ts';
import { WORKER_NAME } from '../jobs/work-state.ts';
import { applyMigrations } from '../migrate/apply-migrations.ts';
import { guardVersion } from '../migrate/guard/install-guard.ts';
import { ownMigrations, readMigrations } from '../migrate/migration-folder.ts';
import { REMOVE_QUEUE } from '../removal/request-removal.ts';

/** A test's own database, dropped when it is closed. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** The address for processes that a test starts; null when embedded. */
  readonly url: string | null;
  close(): Promise<void>;
}

const cache = fileURLToPath(new URL('../../../../.tmp/templates', import.meta.url));
/** Held while one process makes the server's template and the others wait for it. */
const TEMPLATE_LOCK = 727071;

/**
 * Opens PGlite in memory, or a new database on the server that TEST_DATABASE_URL names. Both are copies of a template,
 * migrated unless the test migrates by itself. With `dataDir`, PGlite keeps its files there instead.
 */
export async function openTestDatabase(
  options: { readonly migrated?: boolean; readonly dataDir?: string } = {},
): Promise<TestDatabase> {
  const { migrated = true, dataDir = null } = options;
  const url = process.env['TEST_DATABASE_URL'];
  return url === undefined || url === '' ? embedded(migrated, dataDir) : server(url, migrated);
}

/**
 * PGlite's program, compiled. As long as it is held, every thread of this process that compiles it gets this one, with all
 * that has been optimized in it since.
 */
let program: Promise<object> | null = null;
/** The global of Node, of which only the types of browsers know. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

/** Of the databases in memory that were closed in this process. */
const spare: Worker[] = [];

async function embedded(migrated: boolean, dataDir: string | null): Promise<TestDatabase> {
  await (program ??= compiledProgram());
  const database = await openEmbedded({
    dataDir,
    template: await (migrated ? migratedTemplate() : emptyTemplate()),
    ...(dataDir === null ? { spare } : {}),
  });
  const close = () => database.close();
  return { database, url: null, close, [Symbol.asyncDispose]: close };
}

async function compiledProgram(): Promise<object> {
  return WebAssembly.compile(
    await readFile(new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'))),
  );
}

/**
 * A dump of an empty PGlite. Loading it takes a third of the time that PGlite needs to initialize a database. A copy is
 * made for every test file, so it is kept small: without the databases that new ones would be copied from, with the
 * shortest log, and with little shared memory to initialize, which took a third of the time to open a copy.
 */
export function emptyTemplate(): Promise<Uint8Array> {
  return cached('empty-18-lean', async () => {
    const pglite = await PGlite.create({
      initDbStartParams: ['--wal-segsize=1'],
      extensions: { vector },
    });
    for (const statement of [
      `ALTER SYSTEM SET min_wal_size = '2MB'`,
      `ALTER SYSTEM SET shared_buffers = '16MB'`,
      'ALTER SYSTEM SET max_connections = 5',
      'UPDATE pg_database SET datistemplate = false',
      'DROP DATABASE template0',
      'DROP DATABASE template1',
      'CHECKPOINT',
    ])
      await pglite.exec(statement);
    const dump = new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer());
    await pglite.close();
    return dump;
  });
}

/** A dump of a migrated PGlite with its job queues. It is made again when a migration changes. */
async function migratedTemplate(): Promise<Uint8Array> {
  return cached(`lean-${await migrationsHash()}`, async () => {
    const database = await openEmbedded({ dataDir: null, template: await emptyTemplate() });
    await prepare(database);
    await database.system.execute('CHECKPOINT');
    const dump = await database.dump();
    await database.close();
    return dump;
  });
}

/** The templates that this process has read: in memory that the threads share, since each of them would copy it otherwise. */
const read = new Map<string, Promise<Uint8Array>>();

function cached(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const known = read.get(name) ?? shared(onDisk(name, make));
  read.set(name, known);
  return known;
}

async function shared(reading: Promise<Uint8Array>): Promise<Uint8Array> {
  const bytes = await reading;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

async function onDisk(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const file = join(cache, `${name}.tar`);
  try {
    return await readFile(file);
  } catch {
    const dump = await make();
    await mkdir(cache, { recursive: true });
    const mine = `${file}.${randomUUID()}`;
    await writeFile(mine, dump);
    await rename(mine, file);
    return dump;
  }
}

async function server(url: string, migrated: boolean): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const at = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  const template = migrated ? await serverTemplate(admin, at) : 'template1';
  await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  await admin.query('SELECT pg_advisory_unlock_all()');
  const database = await openServer({ url: at(name), connections: 5, name: WORKER_NAME });
  const close = async () => {
    await database.close();
    await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await admin.end();
  };
  return { database, url: at(name), close, [Symbol.asyncDispose]: close };
}

/** Returns the name of the migrated template, which it makes when there is none. The lock stays with the connection. */
async function serverTemplate(admin: pg.Client, at: (database: string) => string): Promise<string> {
  const template = `template_${await migrationsHash()}`;
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount !== 0) return template;
  await admin.query(`CREATE DATABASE "${template}_new"`);
  const database = await openServer({ url: at(`${template}_new`), connections: 3 });
  await prepare(database);
  await database.close();
  await admin.query(`ALTER DATABASE "${template}_new" RENAME TO "${template}"`);
  return template;
}

/** Migrates, and makes the job queues, which would otherwise cost every test a second or two. */
async function prepare(database: Database): Promise<void> {
  const result = await applyMigrations(database);
  if (result.outcome === 'failed') throw result.cause;
  if (result.outcome === 'refused') throw new Error(`Refused: ${JSON.stringify(result.refusals)}`);
  const failed = (error: Error): never => {
    throw error;
  };
  await (await openJobs(database, [SYNC_QUEUE, EMBED_QUEUE, REMOVE_QUEUE], failed)).stop();
}

/** Computed once: the migrations stay as they are while a process runs. */
let computed: Promise<string> | null = null;

function migrationsHash(): Promise<string> {
  return (computed ??= hashOfMigrations());
}

async function hashOfMigrations(): Promise<string> {
  const hash = createHash('sha256').update(`with queues ${guardVersion}`);
  for (const { name, checksum } of await readMigrations(ownMigrations)) hash.update(`${name} ${checksum}\n`);
  return hash.digest('hex').slice(0, 16);
}
