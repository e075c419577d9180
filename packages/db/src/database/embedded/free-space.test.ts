import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { emptyTemplate } from '../../testing/open-test-database.ts';
import type { Database } from '../database.ts';
import { openEmbedded } from './open-embedded.ts';

let folder: string;
let database: Database;
let free = Number.POSITIVE_INFINITY;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'project-sync-full-'));
  database = await openEmbedded({
    dataDir: folder,
    template: await emptyTemplate(),
    freeBytes: () => Promise.resolve(free),
  });
  await database.system.script('CREATE TABLE kept (n integer)');
}, 60_000);
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const insert = () => database.system.execute('INSERT INTO kept VALUES (1)');

test('on a full disk writes are refused, reads are answered, and writes go on when there is room', async () => {
  await insert();
  free = 1_000_000;
  await vi.waitFor(() => expect(insert()).rejects.toMatchObject({ code: '53100' }), 5000);
  await expect(database.transaction((sql) => sql.execute('UPDATE kept SET n = 2'))).rejects.toMatchObject({
    code: '53100',
  });
  expect((await database.system.query('SELECT n FROM kept')).length).toBeGreaterThan(0);
  free = Number.POSITIVE_INFINITY;
  await vi.waitFor(insert, 5000);
});

test('a transaction whose first write was refused is still one', async () => {
  free = 0;
  await vi.waitFor(() => expect(insert()).rejects.toMatchObject({ code: '53100' }), 5000);
  const thrown = database.transaction(async (sql) => {
    const write = () => sql.execute('INSERT INTO kept VALUES (7)');
    await expect(write()).rejects.toMatchObject({ code: '53100' });
    free = Number.POSITIVE_INFINITY;
    await vi.waitFor(write, 5000);
    throw new Error('Rolled back.');
  });
  await expect(thrown).rejects.toThrow('Rolled back.');
  expect(await database.system.query('SELECT FROM kept WHERE n = 7')).toEqual([]);
});

test.each([
  'WITH made AS (INSERT INTO kept VALUES (1) RETURNING n) SELECT n FROM made',
  `SELECT 1 FROM (SELECT pg_notify('a', 'b')) x`,
  'COPY kept FROM STDIN',
  'CREATE TABLE other (n integer)',
])('%s counts as a write', async (text) => {
  free = 0;
  await vi.waitFor(() => expect(database.system.query(text)).rejects.toMatchObject({ code: '53100' }), 5000);
  free = Number.POSITIVE_INFINITY;
});
