import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { batchedInProject } from './batched.ts';
import { tenantReads } from './tenant-reads.ts';

let opened: TestDatabase;
const member = randomUUID();
const project = randomUUID();
const other = randomUUID();
const repositories = Array.from({ length: 30 }, () => randomUUID());

beforeAll(async () => {
  opened = await openTestDatabase();
  const { system } = opened.database;
  await system.execute(
    `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, 'x', $1 || '@example.invalid', now())`,
    [member],
  );
  for (const id of [project, other])
    await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, `p-${id}`]);
  await system.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'VIEWER')`, [
    project,
    member,
  ]);
  for (const [index, id] of repositories.entries())
    for (const owner of [project, other])
      await system.execute(
        `INSERT INTO repository (project_id, id, provider, url, name) VALUES ($1, $2, 'GIT', $3, $3)`,
        [owner, id, `https://example.invalid/${index}`],
      );
});
afterAll(() => opened.close());

const reads = (userId: string = member) => tenantReads(opened.database, { userId, projectId: null });
const names = 'SELECT id, name FROM repository WHERE project_id = $1 AND id = ANY ($2::uuid[])';
const nameOf = batchedInProject<string, string | null>(async (sql, projectId, ids) => {
  const rows = await sql.query<{ id: string; name: string }>(names, [projectId, [...ids]]);
  const found = new Map(rows.map(({ id, name }) => [id, name]));
  return ids.map((id) => found.get(id) ?? null);
});
async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = opened.database.statements();
  await work();
  return opened.database.statements() - before;
}

test('look-ups of one tick by a unique key cost as many statements for thirty as for three', async () => {
  const look = (count: number) => () =>
    Promise.all(
      repositories.slice(0, count).map(async (id) => {
        const found = await prisma.repository.findUniqueOrThrow({
          where: { projectId_id: { projectId: project, id } },
          select: { id: true, project: { select: { slug: true } } },
        });
        expect(found).toEqual({ id, project: { slug: `p-${project}` } });
      }),
    );
  const { prisma } = reads();
  const three = await cost(look(3));
  expect(await cost(look(30))).toBe(three);
  // BEGIN, the tenant, the repositories, their projects, COMMIT.
  expect(three).toBeLessThanOrEqual(5);
});

test('values read row by row in one tick share a statement, and a missing one is null', async () => {
  const tenant = reads();
  const all = () => Promise.all([...repositories, randomUUID()].map((id) => nameOf(tenant, project, id)));
  // BEGIN, the tenant, the visible projects, COMMIT, and the one that reads.
  expect(await cost(all)).toBe(5);
  expect(await all()).toEqual([...repositories.map((_, index) => `https://example.invalid/${index}`), null]);
});

test('a project of others reads as empty as one that does not exist, by either way of reading', async () => {
  const [id = ''] = repositories;
  const tenant = reads();
  for (const projectId of [other, randomUUID()]) {
    expect(await nameOf(tenant, projectId, id)).toBeNull();
    expect(
      await tenant.prisma.repository.findUnique({ where: { projectId_id: { projectId, id } } }),
    ).toBeNull();
  }
  expect(await nameOf(reads('stranger'), project, id)).toBeNull();
  const bound = tenantReads(opened.database, { userId: member, projectId: other });
  expect(await nameOf(bound, project, id)).toBeNull();
});

test('a read that does not name its project, names another one, or writes is refused', async () => {
  const tenant = reads();
  const refused = { code: 'OUTSIDE_PROJECT' };
  await expect(
    tenant.inProject(project, (sql) => sql.query('SELECT id FROM repository')),
  ).rejects.toMatchObject(refused);
  await expect(
    tenant.inProject(project, (sql) => sql.query(names, [other, repositories])),
  ).rejects.toMatchObject(refused);
  await expect(
    tenant.inProject(project, (sql) =>
      sql.query('SELECT id FROM repository WHERE project_id = $10', [project]),
    ),
  ).rejects.toMatchObject(refused);
  await expect(
    tenant.inProject(project, (sql) =>
      sql.execute('DELETE FROM repository WHERE project_id = $1', [project]),
    ),
  ).rejects.toMatchObject(refused);
});

test('a read that fails does not fail the others of its tick', async () => {
  const { prisma } = reads();
  const [id = ''] = repositories;
  const [good, bad, missing] = await Promise.allSettled([
    prisma.repository.findUnique({
      where: { projectId_id: { projectId: project, id } },
      select: { id: true },
    }),
    prisma.repository.findFirst({ where: { name: 'a\0b' } }),
    prisma.repository.findUniqueOrThrow({
      where: { projectId_id: { projectId: project, id: randomUUID() } },
    }),
  ]);
  expect(good).toEqual({ status: 'fulfilled', value: { id } });
  expect(bad?.status).toBe('rejected');
  expect(missing?.status).toBe('rejected');
});

test('equal pages are read once, whatever the order of their properties', async () => {
  const asked: object[][] = [];
  const read = batchedInProject<object, number>((_sql, _projectId, pages) => {
    asked.push([...pages]);
    return Promise.resolve(pages.map((_page, place) => place));
  });
  const tenant = reads();
  const pages = [
    { first: 1n, after: null },
    { after: null, first: 1n },
    { first: 2n, after: null },
  ];
  expect(await Promise.all(pages.map((page) => read(tenant, project, page)))).toEqual([0, 0, 1]);
  expect(asked).toEqual([
    [
      { first: 1n, after: null },
      { first: 2n, after: null },
    ],
  ]);
});

test('a reader that returns too few values fails instead of answering with another page', async () => {
  const read = batchedInProject<number, number>(() => Promise.resolve([]));
  await expect(read(reads(), project, 1)).rejects.toThrow('fewer values');
});
