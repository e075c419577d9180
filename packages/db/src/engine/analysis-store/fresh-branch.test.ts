import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncWorld } from '../../testing/index.ts';
import { openAnalysisWorld } from '../../testing/open-analysis-world.ts';

const FILES = 400;

let world: SyncWorld;
beforeAll(async () => {
  world = await openAnalysisWorld();
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

/** The rows of files and links that statements have read so far, by PostgreSQL's own count. */
async function rowsRead(): Promise<number> {
  await world.database.system.query('SELECT pg_stat_force_next_flush()');
  const [row] = await world.database.system.query<{ rows: bigint }>(
    `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int8 AS rows FROM pg_stat_user_tables
      WHERE relname IN ('repository_file', 'file_link')`,
  );
  return Number(row?.rows ?? 0n);
}

// The first batch of links asks for some thousand paths before the phase has said a word.
test.skipIf(process.env['TEST_DATABASE_URL'] !== undefined)(
  'the first sync of a repository looks each path up by itself',
  async () => {
    const { id, at } = await world.connect();
    const imports = (index: number) =>
      [1, 2, 3].map((step) => `import './b${(index + step) % (3 * FILES)}';`);
    at.commit(
      'main',
      Object.fromEntries(
        Array.from({ length: 3 * FILES }, (_, index) => [`src/b${index}.ts`, imports(index).join('\n')]),
      ),
    );
    const before = await rowsRead();
    const { status, warnings } = await world.sync(id);
    expect([status, warnings]).toEqual(['COMPLETED', []]);
    expect((await rowsRead()) - before).toBeLessThan(10 * 3 * FILES);
  },
);

// A server's sessions add to the counts late, each by itself. The planner takes a branch without statistics for empty, and a join of two such listings compares each row with every other.
test.skipIf(process.env['TEST_DATABASE_URL'] !== undefined)(
  'the first sync of a branch that shares everything reads each file a few times',
  async () => {
    const { id, at } = await world.connect();
    at.commit(
      'main',
      Object.fromEntries(
        Array.from({ length: FILES }, (_, index) => [`src/a${index}.ts`, `const a = ${index};\n`]),
      ),
    );
    await world.sync(id);
    const before = await rowsRead();
    at.point('work', at.head('main'));
    const { status, warnings } = await world.sync(id, 'work');
    expect([status, warnings]).toEqual(['COMPLETED', []]);
    const read = (await rowsRead()) - before;
    expect(read).toBeGreaterThan(FILES);
    expect(read).toBeLessThan(10 * FILES);
  },
);
