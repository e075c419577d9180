import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { countBranchSyncs, countKeptBranches, keptBranches } from './kept-branches.ts';
import { tenantReads } from './tenant-reads.ts';

let opened: TestDatabase;
const [userId, projectId, foreign] = [randomUUID(), randomUUID(), randomUUID()];
const [first, second, theirs] = [randomUUID(), randomUUID(), randomUUID()];
const ids = new Map<string, string>();

beforeAll(async () => {
  opened = await openTestDatabase();
  const { system } = opened.database;
  await system.execute(
    `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, 'x', $1 || '@example.invalid', now())`,
    [userId],
  );
  for (const id of [projectId, foreign])
    await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, `p-${id}`]);
  await system.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'VIEWER')`, [
    projectId,
    userId,
  ]);
  for (const [owner, id] of [
    [projectId, first],
    [projectId, second],
    [foreign, theirs],
  ])
    await system.execute(
      `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
      [owner, id, `https://example.invalid/${id}`],
    );
  // `work` was synced once, before `main` was synced 21 times.
  await branch([first, 'work'], ['COMPLETED']);
  await branch(
    [first, 'main'],
    Array.from({ length: 21 }, () => 'COMPLETED'),
  );
  await branch([first, 'Feature/Search'], ['COMPLETED', 'FAILED']);
  await branch([first, 'only-failed'], ['FAILED']);
  await branch([first, 'removed'], ['COMPLETED'], { removed: true });
  await branch([second, 'main'], ['COMPLETED']);
  await branch([theirs, 'main'], ['COMPLETED'], { owner: foreign });
  // A sync that found nothing new is a sync too: `work` moves to the front of `second` alone.
  await branch([second, 'work'], ['COMPLETED']);
  await sync(
    { owner: projectId, repositoryId: second, branchId: ids.get(`${second} main`) ?? '' },
    'COMPLETED',
    null,
  );
});
afterAll(() => opened.close());

let minute = 0;
async function sync(
  { owner, repositoryId, branchId }: { owner: string; repositoryId: string; branchId: string },
  status: string,
  number: number | null,
): Promise<void> {
  await opened.database.system.execute(
    `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, number, commit_oid, queued_at, finalized_at, completed_at)
     SELECT $1, $2, $3, $4, 'MANUAL', $5::sync_status, $6, 'c', at, CASE WHEN $6::int4 IS NULL THEN NULL ELSE at END, at
       FROM (SELECT '2026-01-01Z'::timestamptz + $7 * interval '1 minute' AS at) t`,
    [owner, randomUUID(), repositoryId, branchId, status, number, (minute += 1)],
  );
}

async function branch(
  [repositoryId, name]: readonly [string, string],
  statuses: readonly string[],
  { owner = projectId, removed = false } = {},
): Promise<void> {
  const branchId = randomUUID();
  ids.set(`${repositoryId} ${name}`, branchId);
  const head = statuses.filter((status) => status === 'COMPLETED').length;
  await opened.database.system.execute(
    `INSERT INTO branch (project_id, id, repository_id, name, head, removed_at)
     VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END)`,
    [owner, branchId, repositoryId, name, head, removed],
  );
  let number = 0;
  for (const status of statuses)
    await sync({ owner, repositoryId, branchId }, status, status === 'COMPLETED' ? (number += 1) : null);
}

const reads = () => tenantReads(opened.database, { userId, projectId: null });
const page = (repositoryId: string, more: object = {}) => ({
  projectId,
  repositoryId,
  query: null,
  first: 10,
  after: null,
  ...more,
});
const names = async (...asked: Parameters<typeof page>) =>
  (await keptBranches(reads(), page(...asked))).map(({ name }) => name);

test('a branch synced once is listed, however often others were synced after it', async () => {
  const branches = await keptBranches(reads(), page(first));
  expect(branches.map(({ name, head, isDefault }) => [name, head, isDefault])).toEqual([
    ['Feature/Search', 1, false],
    ['main', 21, true],
    ['work', 1, false],
  ]);
  expect(await countKeptBranches(reads(), page(first))).toBe(3);
});

test('a branch whose newest sync found nothing new counts as synced then', async () => {
  expect(await names(second)).toEqual(['main', 'work']);
});

test('a query filters by any part of the name, in any case', async () => {
  expect(await names(first, { query: 'SEARCH' })).toEqual(['Feature/Search']);
  expect(await countKeptBranches(reads(), page(first, { query: 'a' }))).toBe(2);
  expect(await names(first, { query: '%' })).toEqual([]);
});

test('pages of one row each list every branch once', async () => {
  const seen: string[] = [];
  for (let after: object | null = null; ;) {
    const [row] = await keptBranches(reads(), page(first, { first: 1, after }));
    if (row === undefined) break;
    seen.push(row.name);
    after = { syncedAtMs: row.syncedAtMs, branchId: row.id };
  }
  expect(seen).toEqual(['Feature/Search', 'main', 'work']);
});

test('a project the reader is not in has no branches', async () => {
  const asked = { ...page(theirs), projectId: foreign };
  expect(await keptBranches(reads(), asked)).toEqual([]);
  expect(await countKeptBranches(reads(), asked)).toBe(0);
});

test('the number of syncs of a branch counts the completed ones', async () => {
  const count = (repositoryId: string, name: string) =>
    countBranchSyncs(reads(), { projectId, branchId: ids.get(`${repositoryId} ${name}`) ?? '' });
  expect(await count(first, 'main')).toBe(21);
  expect(await count(first, 'Feature/Search')).toBe(1);
  expect(await count(first, 'only-failed')).toBe(0);
  expect(await count(second, 'main')).toBe(2);
});

test('the branches of many repositories are read by one statement', async () => {
  const tenant = reads();
  const before = opened.database.statements();
  await Promise.all([first, second, first].map((id) => keptBranches(tenant, page(id))));
  // BEGIN, the tenant, COMMIT, and the one that reads.
  expect(opened.database.statements() - before).toBe(4);
});
