import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import type { MigrationSql } from './connection.ts';
import { installGuard } from './guard/install-guard.ts';
import { checksumOf, type Migration } from './migration-folder.ts';
import { readCatalogue } from './reader/read-catalogue.ts';
import { readPending } from './reader/read-migration.ts';
import { compareCensus, takeCensus } from './vector-census.ts';

const corpus = new URL('./corpus/', import.meta.url);
const casesOf = (kind: 'destructive' | 'harmless'): Migration[] =>
  readdirSync(new URL(kind, corpus)).map((file) => {
    const sql = readFileSync(new URL(`${kind}/${file}`, corpus), 'utf8');
    return { name: file.replace('.sql', ''), sql, checksum: checksumOf(sql) };
  });
const destructive = casesOf('destructive');
const harmless = casesOf('harmless');

/** What refuses: the guard itself; what its triggers depend on; ownership that its role has and the table's has not. */
const refusing = ['PSG01', '2BP01', '0A000', '42501'];

let opened: TestDatabase;
let database: Database;
beforeAll(async () => {
  opened = await openTestDatabase();
  database = opened.database;
  await database.system.script(readFileSync(new URL('fixture.sql', corpus), 'utf8'));
  await database.transaction(installGuard);
});
afterAll(async () => {
  await opened.close();
});

class RolledBack extends Error {}

/** Runs what it is given and takes it back. */
async function undone(work: (sql: MigrationSql) => Promise<void>): Promise<void> {
  const error = new RolledBack('as planned');
  await expect(
    database.transaction(async (sql) => {
      await work(sql);
      throw error;
    }),
  ).rejects.toBe(error);
}

const counts = (): Promise<unknown> =>
  database.system
    .query(`select (select count(vector)::int from embedding) as embedding, (select count(bits)::int from embedding) as bits,
    (select count(embedding)::int from notes) as notes, (select count(embedding)::int from measured) as measured,
    (select count(*)::int from repository_file where superseded is not null) as superseded,
    (select count(*)::int from project_sync where number is not null) as syncs`);

const whole = [{ embedding: 382, bits: 382, notes: 382, measured: 382, superseded: 5, syncs: 2 }];

async function verdictOf(migration: Migration) {
  return database.transaction(async (sql) => readPending([migration], await readCatalogue(sql)));
}

describe('the reader alone', () => {
  test(`knows enough cases: at least 60 destructive and 40 harmless ones`, () => {
    expect(destructive.length).toBeGreaterThanOrEqual(60);
    expect(harmless.length).toBeGreaterThanOrEqual(40);
  });

  test.each(destructive)('refuses $name, naming statement, rule and safe form', async (migration) => {
    const { refusals } = await verdictOf(migration);
    expect(refusals).not.toEqual([]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ rule: /\S/, why: /\S/, safe: /\S/, statement: /\S/ });
      expect(migration.sql.split('\n').length).toBeGreaterThanOrEqual(refusal.line);
    }
  });

  test.each(harmless)('lets $name pass', async (migration) => {
    expect((await verdictOf(migration)).refusals).toEqual([]);
  });
});

describe('the guard alone', () => {
  test.each(destructive)('refuses $name, and every vector stays', async ({ sql }) => {
    const byOwner = sql.startsWith('-- by the owner') ? 'set local role project_sync_corpus_owner;\n' : '';
    await expect(database.transaction((connection) => connection.script(byOwner + sql))).rejects.toSatisfy(
      (error) => {
        expect(refusing, String(error)).toContain(error.code);
        return true;
      },
    );
    expect(await counts()).toEqual(whole);
  });

  test.each(harmless)('lets $name pass, and every vector stays', async ({ sql }) => {
    await undone(async (connection) => {
      const before = await takeCensus(connection);
      await connection.script(sql);
      expect((await compareCensus(connection, before)).losses).toEqual([]);
    });
  });

  test('lets a project go when it is released by name, and keeps a record of it', async () => {
    const project = '00000000-0000-7000-8000-000000000001';
    await undone(async (sql) => {
      await sql.query('select project_sync_guard.release($1, $2)', [project, 'removed by its owner']);
      await sql.query('delete from embedding where project_id = $1', [project]);
      await sql.query('delete from project where id = $1', [project]);
      expect(await sql.query('select scope, reason from project_sync_guard.release_log')).toEqual([
        { scope: project, reason: 'removed by its owner' },
      ]);
    });
    await expect(database.system.execute('delete from embedding')).rejects.toMatchObject({ code: 'PSG01' });
  });
});
