import { readdirSync, readFileSync } from 'node:fs';
import { fuzz } from '@project-sync/knowledge/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import type { MigrationSql } from './connection.ts';
import { installGuard } from './guard/install-guard.ts';
import { checksumOf, type Migration } from './migration-folder.ts';
import type { Catalogue } from './reader/catalogue.ts';
import { readCatalogue } from './reader/read-catalogue.ts';
import { readPending } from './reader/read-migration.ts';
import { migrationTarget } from './testing/fuzz-target.ts';
import { compareCensus, takeCensus } from './vector-census.ts';

const corpus = new URL('./corpus/', import.meta.url);
const casesOf = (kind: 'destructive' | 'harmless'): Migration[] =>
  readdirSync(new URL(kind, corpus)).map((file) => {
    const sql = readFileSync(new URL(`${kind}/${file}`, corpus), 'utf8');
    return { name: file.replace('.sql', ''), sql, checksum: checksumOf(sql) };
  });
const destructive = casesOf('destructive');
const harmless = casesOf('harmless');

/** Error codes of a refusal: by the guard itself, by dependencies of its triggers, or for lack of ownership. */
const refusing = ['PSG01', '2BP01', '0A000', '42501'];

let opened: TestDatabase;
let database: Database;
let catalogue: () => Catalogue;
beforeAll(async () => {
  opened = await openTestDatabase();
  database = opened.database;
  await database.system.script(readFileSync(new URL('fixture.sql', corpus), 'utf8'));
  await database.transaction(installGuard);
  catalogue = await database.transaction(readCatalogue);
});
afterAll(async () => {
  await opened.close();
});

class RolledBack extends Error {}

/** Runs some work and rolls it back. */
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

const verdictOf = (migration: Migration) => readPending([migration], catalogue());

describe('the reader alone', () => {
  test('has at least 60 destructive and 40 harmless cases', () => {
    expect(destructive.length).toBeGreaterThanOrEqual(60);
    expect(harmless.length).toBeGreaterThanOrEqual(40);
  });

  test.each(destructive)(
    'refuses $name and names the statement, the rule and a safe form',
    async (migration) => {
      const { refusals } = await verdictOf(migration);
      expect(refusals).not.toEqual([]);
      for (const refusal of refusals) {
        expect(refusal).toMatchObject({ rule: /\S/, why: /\S/, safe: /\S/, statement: /\S/ });
        expect(migration.sql.split('\n').length).toBeGreaterThanOrEqual(refusal.line);
      }
    },
  );

  test('refuses every destructive one in disguise too, among harmless statements and comments', async () => {
    const disguises: readonly ((sql: string) => string)[] = [
      (sql) => `-- harmless\n/* SELECT 1; */ ${sql}`,
      (sql) => `SELECT 1;\nCREATE TABLE apart_of_it (n integer);\n${sql}\n;SELECT 2;`,
      (sql) => `\n\n\t ;; ${sql.replaceAll('\n', '\r\n')} -- the end`,
    ];
    const accepted: string[] = [];
    for (const { name, sql } of destructive)
      for (const [index, disguise] of disguises.entries()) {
        const text = disguise(sql);
        const verdict = await verdictOf({ name, sql: text, checksum: checksumOf(text) });
        if (verdict.refusals.length === 0) accepted.push(`${name} in disguise ${index}`);
      }
    expect(accepted).toEqual([]);
  });

  test('ends with a verdict for any text', async () => {
    const { findings } = await fuzz(migrationTarget(catalogue, [...destructive, ...harmless]), {
      seed: 1,
      cases: 300,
    });
    expect(findings).toEqual([]);
  });

  test.each(harmless)('accepts $name', async (migration) => {
    expect((await verdictOf(migration)).refusals).toEqual([]);
  });
});

describe('the guard alone', () => {
  test.each(destructive)('refuses $name and keeps every vector', async ({ sql }) => {
    const byOwner = sql.startsWith('-- by the owner') ? 'set local role project_sync_corpus_owner;\n' : '';
    await expect(database.transaction((connection) => connection.script(byOwner + sql))).rejects.toSatisfy(
      (error: unknown) => {
        expect(refusing, String(error)).toContain(Reflect.get(Object(error), 'code'));
        return true;
      },
    );
    expect(await counts()).toEqual(whole);
  });

  test.each(harmless)('accepts $name and keeps every vector', async ({ sql }) => {
    await undone(async (connection) => {
      const before = await takeCensus(connection);
      await connection.script(sql);
      expect((await compareCensus(connection, before)).losses).toEqual([]);
    });
  });

  test('lets a released project be deleted, and logs the release', async () => {
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
