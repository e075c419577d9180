import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyRows } from '../database/copy-rows.ts';
import { VectorWrites } from '../database/vector-writes.ts';
import { projectScopedSql } from '../reads/project-scoped-sql.ts';
import { insertProject } from '../testing/insert-rows.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { SignCache, signCacheOf } from './sign-cache.ts';

const MODEL = 'test';
let opened: TestDatabase;
let projectId: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  projectId = await insertProject(opened.database);
  await save(1700);
});
afterAll(() => opened.close());

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state / 0x7fffffff - 0.5;
};
/** Of few different numbers, so that many vectors are equally far from a question. */
const vector = () => Float32Array.from({ length: 1536 }, (_, at) => (at < 12 ? Math.round(random() * 4) : 0));

async function save(count: number): Promise<void> {
  await opened.database.transaction(async (sql) => {
    await sql.script('CREATE TEMPORARY TABLE incoming (hash uuid, vector vector(1536)) ON COMMIT DROP');
    const rows = Array.from({ length: count }, () => [{ uuid: randomUUID() }, { vector: vector() }]);
    await sql.copyIn('incoming (hash, vector)', copyRows(rows));
    await sql.execute(
      `INSERT INTO embedding SELECT $1, $2, hash, vector, binary_quantize(vector)::bit(1536) FROM incoming`,
      [projectId, MODEL],
    );
  });
}

const nearestBy = async (asked: Float32Array, most: number): Promise<string[]> =>
  (
    await opened.database.system.query<{ hash: string }>(
      `SELECT replace(hash::text, '-', '') AS hash FROM embedding WHERE project_id = $1 AND model = $2
        ORDER BY bits <~> binary_quantize($3::vector(1536))::bit(1536), hash LIMIT $4::int4`,
      [projectId, MODEL, `[${asked.join(',')}]`, most],
    )
  ).map(({ hash }) => hash);

test('signs in memory find what the database finds, in its order', async () => {
  const cache = new SignCache(new VectorWrites(), 0);
  const sql = projectScopedSql(opened.database.system, projectId);
  const vectors = { projectId, model: MODEL };
  await cache.learn(sql, vectors, 1700);
  expect(cache.of(vectors)).toBeNull();
  await cache.learn(sql, vectors, 1700);
  const signs = cache.of(vectors);
  expect(signs?.count).toBe(1700);
  for (const most of [1, 600, 1700, 4000]) {
    const asked = vector();
    expect(signs?.nearest(asked, most)).toEqual(await nearestBy(asked, most));
  }
  expect(cache.of({ projectId, model: 'other' })).toBeNull();
});

test('signs are void as soon as a statement may have written a vector', async () => {
  const writes = new VectorWrites();
  const cache = new SignCache(writes, 0);
  const sql = projectScopedSql(opened.database.system, projectId);
  const vectors = { projectId, model: MODEL };
  const learn = () => cache.learn(sql, vectors, 1700);
  await learn();
  await learn();
  writes.see('SELECT hash FROM embedding WHERE project_id = $1');
  writes.see('DELETE FROM passage');
  expect(cache.of(vectors)).not.toBeNull();
  writes.see('WITH gone AS (DELETE FROM embedding RETURNING 1) SELECT count(*) FROM gone');
  expect(cache.of(vectors)).toBeNull();
  // One question alone reads nothing again.
  await learn();
  expect(cache.of(vectors)).toBeNull();
  await learn();
  expect(cache.of(vectors)?.count).toBe(1700);
});

test('signs that are being read while vectors are written are not used', async () => {
  const writes = new VectorWrites();
  const cache = new SignCache(writes, 0);
  const wall = projectScopedSql(opened.database.system, projectId);
  const vectors = { projectId, model: MODEL };
  await cache.learn(wall, vectors, 1700);
  await cache.learn(
    {
      ...wall,
      async query(text, params) {
        const rows = await wall.query<never>(text, params);
        writes.see('INSERT INTO embedding');
        return rows;
      },
    },
    vectors,
    1700,
  );
  expect(cache.of(vectors)).toBeNull();
});

test('projects that are small or huge are left to the database', async () => {
  const cache = new SignCache(new VectorWrites());
  const wall = projectScopedSql(opened.database.system, projectId);
  const vectors = { projectId, model: MODEL };
  for (const passages of [3999, 3999, 100_001, 100_001]) await cache.learn(wall, vectors, passages);
  expect(cache.of(vectors)).toBeNull();
});

test('every writer of the embedded database is seen, and a server has none that could be', async () => {
  const { system, kind } = opened.database;
  const cache = signCacheOf(projectScopedSql(system, projectId));
  if (kind === 'postgres') return expect(cache).toBeNull();
  const before = system.vectorWrites?.count ?? 0;
  await save(1);
  expect(system.vectorWrites?.count).toBe(before + 1);
  expect(signCacheOf(system)).toBe(cache);
});
