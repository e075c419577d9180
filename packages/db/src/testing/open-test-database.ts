import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Database } from '../database/database.ts';
import { openEmbedded } from '../database/embedded/open-embedded.ts';
import { guardVersion } from '../migrate/guard/install-guard.ts';
import { applyMigrations } from '../migrate/apply-migrations.ts';
import { ownMigrations, readMigrations } from '../migrate/migration-folder.ts';
import { openServer } from '../database/server/open-server.ts';

/** A migrated database of a test's own, thrown away at its end. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** For processes that a test starts; null when embedded. */
  readonly url: string | null;
  close(): Promise<void>;
}

const cache = fileURLToPath(new URL('../../../../.tmp/templates', import.meta.url));

/** Opens PGlite in memory, or a new database on the server that TEST_DATABASE_URL names, from a migrated template. */
export async function openTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const url = process.env['TEST_DATABASE_URL'];
  return url === undefined || url === ''
    ? embedded(options.migrated ?? true)
    : server(url, options.migrated ?? true);
}

async function embedded(migrated: boolean): Promise<TestDatabase> {
  const database = await openEmbedded({
    dataDir: null,
    ...(migrated ? { template: await embeddedTemplate() } : {}),
  });
  const close = () => database.close();
  return { database, url: null, close, [Symbol.asyncDispose]: close };
}

/** Migrating takes seconds and loading a dump does not, so the dump is kept beside the tests until a migration changes. */
async function embeddedTemplate(): Promise<Uint8Array> {
  const file = join(cache, `${await migrationsHash()}.tar`);
  try {
    return await readFile(file);
  } catch {
    const database = await openEmbedded({ dataDir: null });
    await migrate(database);
    const dump = await database.dump();
    await database.close();
    await mkdir(cache, { recursive: true });
    await writeFile(`${file}.${process.pid}`, dump);
    await rename(`${file}.${process.pid}`, file);
    return dump;
  }
}

async function server(url: string, migrated: boolean): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const at = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  if (migrated) {
    const template = `template_${await migrationsHash()}`;
    // One test file makes the template while the others wait for it.
    await admin.query('SELECT pg_advisory_lock(727071)');
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) {
      await admin.query(`CREATE DATABASE "${template}_new"`);
      const database = await openServer({ url: at(`${template}_new`), connections: 3 });
      await migrate(database);
      await database.close();
      await admin.query(`ALTER DATABASE "${template}_new" RENAME TO "${template}"`);
    }
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
    await admin.query('SELECT pg_advisory_unlock(727071)');
  } else await admin.query(`CREATE DATABASE "${name}"`);
  const database = await openServer({ url: at(name), connections: 5 });
  const close = async () => {
    await database.close();
    await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await admin.end();
  };
  return { database, url: at(name), close, [Symbol.asyncDispose]: close };
}

async function migrate(database: Database): Promise<void> {
  const result = await applyMigrations(database);
  if (result.outcome === 'failed') throw result.cause;
  if (result.outcome === 'refused') throw new Error(`Refused: ${JSON.stringify(result.refusals)}`);
}

async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256').update(guardVersion);
  for (const { name, checksum } of await readMigrations(ownMigrations)) hash.update(`${name} ${checksum}\n`);
  return hash.digest('hex').slice(0, 16);
}
