import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, type Database } from '@project-sync/db';
import { openTestDatabase, type TestDatabase } from '@project-sync/db/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout } from './configuration.ts';
import { ensureSchema } from './ensure-schema.ts';
import { readyz } from './http/routes/readyz.ts';

/** The lock that everything that migrates takes. */
const MIGRATION_LOCK = 72_707_369;

let opened: TestDatabase;
let database: Database;
let folder: string;
let server: Server;
const log = pino({ level: 'silent' });
const start = () => ensureSchema(database, { dataDir: folder, log });

async function probe(): Promise<[number, string]> {
  const address = server.address();
  const port = address instanceof Object ? address.port : 0;
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  return [answer.status, await answer.text()];
}

/** A folder of this version's migrations, with some more. */
async function migrationsAnd(more: Readonly<Record<string, string>>) {
  const to = await mkdtemp(join(folder, 'migrations-'));
  await cp(join(checkout, 'prisma/migrations'), to, { recursive: true });
  for (const [added, sql] of Object.entries(more)) {
    await mkdir(join(to, added));
    await writeFile(join(to, added, 'migration.sql'), sql);
  }
  return to;
}

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  folder = await mkdtemp(join(tmpdir(), 'project-sync-upgrade-'));
  const answer = readyz(database, { isDraining: false });
  server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

test('a database that a newer version migrated is served, until something is taken away', async () => {
  await start();
  expect(await probe()).toEqual([200, 'ready']);
  const added = { '9998_additive': 'alter table project_sync add column remark text' };
  expect(await applyMigrations(database, { folder: await migrationsAnd(added) })).toMatchObject({
    outcome: 'done',
  });
  await start();
  expect(await probe()).toEqual([200, 'ready']);

  const contracted = {
    ...added,
    '9999_contract':
      '-- contract since 9998_additive: that release reads remark\nalter table project drop column description',
  };
  expect(await applyMigrations(database, { folder: await migrationsAnd(contracted) })).toMatchObject({
    outcome: 'done',
  });
  const reason =
    'A newer version has migrated the database, and 9999_contract took away something that this version uses. Run a version that has 9998_additive.';
  expect(await probe()).toEqual([503, reason]);
  await expect(start()).rejects.toMatchObject({ code: 'MIGRATIONS_NEWER', message: reason });
});

test.runIf(process.env['TEST_DATABASE_URL'])(
  'a start without the migrations of its version says which, and waits for a migration that runs',
  async () => {
    await using fresh = await openTestDatabase({ migrated: false });
    const all = await migrationsAnd({});
    const last =
      (await readdir(all))
        .filter((name) => /^\d/.test(name))
        .sort()
        .at(-1) ?? '';
    await rm(join(all, last), { recursive: true });
    await applyMigrations(fresh.database, { folder: all });
    await expect(ensureSchema(fresh.database, { dataDir: folder, log })).rejects.toMatchObject({
      code: 'MIGRATIONS_PENDING',
      message: expect.stringContaining(`lacks migrations of this version: ${last}`) as string,
    });
    const running = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const holding = fresh.database.transaction(async (sql) => {
      await sql.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      running.resolve();
      await finish.promise;
      const text = await readFile(join(checkout, 'prisma/migrations', last, 'migration.sql'), 'utf8');
      await sql.query(
        `insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('it', $1, $2, now())`,
        [createHash('sha256').update(text).digest('hex'), last],
      );
    });
    await running.promise;
    const waits = Promise.withResolvers<void>();
    const waiting = pino(
      { level: 'info' },
      { write: (line: string) => (line.includes('waits for its end') ? waits.resolve() : undefined) },
    );
    const starting = ensureSchema(fresh.database, { dataDir: folder, log: waiting });
    await waits.promise;
    finish.resolve();
    await holding;
    await starting;
  },
);
