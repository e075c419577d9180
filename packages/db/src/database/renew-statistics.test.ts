import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertProject, openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { renewStatistics } from './renew-statistics.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

test('the words of a few new rows are worked into their index at the end of a sync', async () => {
  const { database } = opened;
  const projectId = await insertProject(database);
  const write = (name: string) =>
    database.system.execute(
      `INSERT INTO known_path (project_id, hash, path)
       SELECT $1, sha256(t.path), t.path FROM (SELECT convert_to('src/' || $2 || n, 'UTF8') AS path FROM generate_series(1, 20) AS n) t`,
      [projectId, name],
    );
  const listed = async () => {
    const [row] = await database.system.query<{ pages: bigint }>(
      "SELECT gin_clean_pending_list('known_path_words') AS pages",
    );
    return Number(row?.pages ?? -1);
  };
  // A server works them in by itself, whose time no test knows.
  if (database.kind !== 'embedded') return;
  await write('one');
  expect(await listed()).toBeGreaterThan(0);
  await write('two');
  await renewStatistics(database, 20);
  expect(await listed()).toBe(0);
});
