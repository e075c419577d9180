import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { applyMigrations } from './apply-migrations.ts';
import { migrationLock } from './connection.ts';
import type { MigrationEvent } from './migrate.ts';
import { checksumOf } from './migration-folder.ts';

let opened: TestDatabase;
let database: Database;
let folder: string;
beforeAll(async () => {
  opened = await openTestDatabase({ migrated: false });
  database = opened.database;
});
afterAll(() => opened.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-sync-migrations-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  // As a superuser, and the event triggers first: nothing else can empty a guarded database.
  const drops = eventTriggers.map((name) => `drop event trigger if exists ${name};`).join('\n');
  await database.system.script(
    `${drops} drop schema if exists project_sync_guard, public cascade; create schema public;`,
  );
});

const eventTriggers = ['start', 'drop', 'rewrite', 'command'].map((name) => `project_sync_guard_${name}`);

function put(name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
}

const first = `create extension if not exists vector;
  create table notes (id int primary key, body text, embedding vector(3));
  insert into notes select n, E'line\\n\\twith \\\\ and ' || n, array[n, 1, 2]::real[]::vector(3) from generate_series(1, 382) n;`;

const vectors = async (): Promise<unknown> =>
  (await database.system.query('select count(embedding)::int as count from notes'))[0]?.['count'];

describe('a run', () => {
  test('applies pending migrations once, and reports when nothing is pending', async () => {
    put('0001_first', first);
    put('0002_more', 'alter table notes add column title text;');
    const events: MigrationEvent[] = [];
    const report = (event: MigrationEvent): void => void events.push(event);
    expect(await applyMigrations(database, { folder, report })).toEqual({
      outcome: 'done',
      applied: ['0001_first', '0002_more'],
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'counted',
        moment: 'after',
        vectors: [expect.objectContaining({ column: 'public.notes.embedding', count: 382 })],
      }),
    );
    expect(await applyMigrations(database, { folder })).toEqual({ outcome: 'nothing-to-do' });
    const rows = await database.system.query(
      `select migration_name, checksum, applied_steps_count, finished_at is not null as finished, rolled_back_at, logs
         from _prisma_migrations order by migration_name`,
    );
    expect(rows).toEqual([
      expect.objectContaining({
        migration_name: '0001_first',
        checksum: checksumOf(first),
        applied_steps_count: 1,
      }),
      expect.objectContaining({
        migration_name: '0002_more',
        finished: true,
        rolled_back_at: null,
        logs: null,
      }),
    ]);
  });

  test('rolls back all pending migrations when one of them fails', async () => {
    put('0001_first', first);
    await applyMigrations(database, { folder });
    put('0002_good', 'create table good (id int);');
    put('0003_bad', 'insert into nowhere values (1);');
    expect(await applyMigrations(database, { folder })).toMatchObject({
      outcome: 'failed',
      message: expect.stringMatching(/0003_bad.*nowhere/) as unknown,
    });
    expect(await database.system.query(`select to_regclass('good')::text as good`)).toEqual([{ good: null }]);
    rmSync(join(folder, '0003_bad'), { recursive: true });
    expect(await applyMigrations(database, { folder })).toEqual({ outcome: 'done', applied: ['0002_good'] });
  });

  test('rolls back when vectors disappear or change, even without reader and guard', async () => {
    put('0001_first', first);
    await applyMigrations(database, { folder });
    const unguard = `do $$ begin execute 'alter table notes disable trigger all'; end $$;`;
    const drops = eventTriggers.map((name) => `drop event trigger ${name};`);
    for (const [loss, lost] of [
      ['delete from notes where id <= 3;', 3],
      [`update notes set embedding = '[0,0,0]' where id = 7;`, 1],
      ['alter table notes drop column embedding cascade;', 382],
    ] as const) {
      put('0002_loss', `${drops.join('\n')}\n${unguard}\n${loss}`);
      expect(await applyMigrations(database, { folder, reader: 'off' })).toMatchObject({
        outcome: 'failed',
        message: expect.stringContaining(`${lost} of public.notes.embedding`) as unknown,
      });
      expect(await vectors()).toBe(382);
    }
  });

  test('reports a refusal with its statement, line, rule and safe form, and changes nothing', async () => {
    put('0001_first', first);
    await applyMigrations(database, { folder });
    put(
      '0002_accident',
      '-- tidy\ncreate table good (id int);\n\nalter table notes\n  drop column embedding;',
    );
    expect(await applyMigrations(database, { folder })).toEqual({
      outcome: 'refused',
      refusals: [
        {
          rule: 'drop-column',
          migration: '0002_accident',
          line: 4,
          statement: 'alter table notes drop column embedding',
          why: expect.any(String) as unknown,
          safe: expect.any(String) as unknown,
        },
      ],
    });
    expect(await vectors()).toBe(382);
  });

  test('a dry run reports the migrations and changes nothing', async () => {
    put('0001_first', first);
    const backups = join(folder, '../never-made');
    const result = await applyMigrations(database, { folder, dryRun: true, backups });
    expect(result).toEqual({ outcome: 'would-do', migrations: ['0001_first'] });
    expect(
      await database.system.query(
        `select to_regclass('notes') is null and to_regclass('_prisma_migrations') is null
            and to_regnamespace('project_sync_guard') is null as untouched`,
      ),
    ).toEqual([{ untouched: true }]);
  });

  test('refuses an edited migration, one out of order, and a newer database', async () => {
    put('0002_first', first);
    await applyMigrations(database, { folder });
    put('0002_first', `${first}\nselect 1;`);
    put('0001_late', 'select 1;');
    const rulesOf = async (): Promise<unknown> => {
      const result = await applyMigrations(database, { folder });
      return result.outcome === 'refused' ? result.refusals.map((refusal) => refusal.rule) : result;
    };
    expect(await rulesOf()).toEqual(['out-of-order', 'edited']);
    rmSync(join(folder, '0001_late'), { recursive: true });
    put('0002_first', first.replaceAll('\n', '\r\n'));
    expect(await rulesOf()).toEqual({ outcome: 'nothing-to-do' });
    rmSync(join(folder, '0002_first'), { recursive: true });
    expect(await rulesOf()).toEqual(['newer-database']);
  });

  test('replaces an unfinished attempt of another tool', async () => {
    put('0001_first', first);
    await applyMigrations(database, { folder });
    put('0002_more', 'alter table notes add column title text;');
    await database.system.execute(
      `insert into _prisma_migrations (id, checksum, migration_name) values ('unfinished', 'x', '0002_more')`,
    );
    expect(await applyMigrations(database, { folder })).toEqual({ outcome: 'done', applied: ['0002_more'] });
    expect(
      await database.system.query(`select id from _prisma_migrations where rolled_back_at is not null`),
    ).toEqual([{ id: 'unfinished' }]);
  });

  test('builds an index concurrently on its own, and rebuilds an invalid one left by a killed run', async () => {
    put('0001_first', first);
    await applyMigrations(database, { folder });
    await database.system.script('create index notes_body on notes (body)');
    await database.system.script(
      `update pg_index set indisvalid = false where indexrelid = 'notes_body'::regclass`,
    );
    put('0002_index', 'create index concurrently if not exists notes_body on notes (body);');
    put('0003_more', 'alter table notes add column title text;');
    expect(await applyMigrations(database, { folder })).toEqual({
      outcome: 'done',
      applied: ['0002_index', '0003_more'],
    });
    expect(
      await database.system.query(
        `select indisvalid from pg_index where indexrelid = 'notes_body'::regclass`,
      ),
    ).toEqual([{ indisvalid: true }]);
    put('0004_both', 'create index concurrently a on notes (body); create index b on notes (body);');
    expect(await applyMigrations(database, { folder })).toMatchObject({
      outcome: 'refused',
      refusals: [{ rule: 'concurrently' }],
    });
  });

  test('commits after a new enum value, so that the next migration can use it', async () => {
    put('0001_type', `create type mood as enum ('calm'); create table moods (mood mood);`);
    await applyMigrations(database, { folder });
    put('0002_value', `alter type mood add value 'busy';`);
    put('0003_use', `insert into moods values ('busy');`);
    expect(await applyMigrations(database, { folder })).toEqual({
      outcome: 'done',
      applied: ['0002_value', '0003_use'],
    });
  });

  test('warns of locks without refusing', async () => {
    put('0001_first', first);
    await applyMigrations(database, { folder });
    await database.system.script(
      `insert into notes (id) select n from generate_series(1000, 21000) n; analyze notes;`,
    );
    put(
      '0002_locks',
      `create index notes_body on notes (body);
       -- contract since 0001_first: that release writes short bodies already
       alter table notes add constraint short check (char_length(body) < 1000);
       alter table notes add column token uuid default gen_random_uuid();`,
    );
    const warnings: string[] = [];
    await applyMigrations(database, {
      folder,
      report: (event) => void (event.kind === 'warning' && warnings.push(event.warning.rule)),
    });
    expect(warnings).toEqual(['index-locks', 'constraint-validates', 'volatile-default']);
  });

  test('tries again when others hold a lock for long, on a server', async () => {
    put('0001_first', first);
    await applyMigrations(database, { folder });
    put('0002_more', 'create table more (id int); alter table notes add column title text;');
    if (database.kind === 'embedded') return;
    const locked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holding = database.transaction(async (sql) => {
      await sql.script('lock table notes in access share mode');
      held.resolve();
      await locked.promise;
    });
    await held.promise;
    const events: MigrationEvent[] = [];
    const options = { folder, lockTimeoutMs: 50, report: (event: MigrationEvent) => void events.push(event) };
    expect(await applyMigrations(database, { ...options, lockAttempts: 2 })).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('lock timeout') as unknown,
    });
    expect(events.filter(({ kind }) => kind === 'locked')).toEqual([
      { kind: 'locked', attempt: 1, attempts: 2 },
    ]);
    const report = (event: MigrationEvent) => void (event.kind === 'locked' && locked.resolve());
    expect(await applyMigrations(database, { ...options, report })).toEqual({
      outcome: 'done',
      applied: ['0002_more'],
    });
    await holding;
  });

  test('waits for the lock of another runner, on a server', async () => {
    if (database.kind === 'embedded') return expect(migrationLock).toBe(72_707_369);
    put('0001_first', first);
    await database.transaction(async (sql) => {
      await sql.query('select pg_advisory_xact_lock($1)', [migrationLock]);
      expect(await applyMigrations(database, { folder, lockWaitMs: 300 })).toMatchObject({
        outcome: 'failed',
        message: expect.stringContaining('another migration') as unknown,
      });
    });
    const both = await Promise.all([
      applyMigrations(database, { folder }),
      applyMigrations(database, { folder }),
    ]);
    expect(both.map((result) => result.outcome).sort()).toEqual(['done', 'nothing-to-do']);
  });
});

test('the dump before a migration holds every row', async () => {
  put('0001_first', first);
  const backups = join(folder, '..', `${folder.split('/').at(-1)}-backups`);
  const events: MigrationEvent[] = [];
  const report = (event: MigrationEvent): void => void events.push(event);
  await applyMigrations(database, { folder, backups, report });
  expect(events).toContainEqual({ kind: 'not-dumped', why: 'the protected tables are empty' });
  put('0002_more', 'alter table notes add column title text;');
  await applyMigrations(database, { folder, backups, report });
  const [file = ''] = readdirSync(backups);
  expect(events).toContainEqual({ kind: 'dumped', path: join(backups, file), rows: 382 });
  const dump = gunzipSync(readFileSync(join(backups, file))).toString();
  rmSync(backups, { recursive: true });
  const lines = (dump.split('from stdin;\n')[1] ?? '').split('\n\\.')[0]?.split('\n') ?? [];
  expect(lines).toHaveLength(382);
  const unescaped = (lines[0] ?? '')
    .split('\t')
    .map((field) => field.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\\\', '\\'));
  expect(unescaped).toEqual(['1', 'line\n\twith \\ and 1', '[1,1,2]']);
});

test('the newest three dumps stay, and a half-written one goes', async () => {
  put('0001_first', first);
  await applyMigrations(database, { folder });
  put('0002_more', 'alter table notes add column title text;');
  const backups = mkdtempSync(join(tmpdir(), 'project-sync-backups-'));
  const old = [1, 2, 3, 4].map((day) => `before-migration-2020-01-0${day}.sql.gz`);
  for (const name of [...old, 'before-migration-2020-01-05.sql.gz.partial', 'mine.txt'])
    writeFileSync(join(backups, name), '');
  await applyMigrations(database, { folder, backups });
  const left = readdirSync(backups).sort();
  rmSync(backups, { recursive: true });
  expect(left).toEqual([
    old[2],
    old[3],
    expect.stringMatching(/^before-migration-2[0-9T.:Z-]+\.sql\.gz$/),
    'mine.txt',
  ]);
});
