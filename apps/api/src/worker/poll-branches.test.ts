import { startFakeGitHub, type FakeGitHub } from '@project-sync/fake-github';
import type { Source } from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { openPoller } from './poll-branches.ts';

const HOUR = 3600;
let server: Awaited<ReturnType<typeof openTestServer>>;
let github: FakeGitHub;
let at: TestRepository;
let hosted: TestRepository;
let lost: TestRepository;
const failures: string[] = [];
let asked: Source[] = [];
let poll: () => Promise<number>;

beforeAll(async () => {
  at = await createRepository();
  hosted = await createRepository();
  lost = await createRepository();
  github = await startFakeGitHub({ repositories: { 'acme/tides': hosted.path } });
  server = await openTestServer({ GITHUB_API_URL: github.url, GITHUB_TOKEN: 'ghp_of-the-test-of-polling' });
  for (const branch of ['main', 'dev', 'gone'])
    at.commit(branch, { 'a.ts': `export const ${branch} = 1;\n` });
  hosted.commit('main', { 'b.ts': 'export const b = 1;\n' });
  lost.commit('main', { 'c.ts': 'export const c = 1;\n' });
  const git = await connectRepository(server, { project: 'Harbour', path: at.path });
  for (const branch of ['main', 'dev', 'gone']) await git.sync(branch);
  const forge = await connectRepository(server, {
    project: 'Forge',
    path: 'acme/tides',
    provider: 'GITHUB',
  });
  await forge.sync();
  await (await connectRepository(server, { project: 'Lost', path: lost.path })).sync();
  await lost.remove();
  const { services, database } = server;
  poll = openPoller({
    database,
    jobs: services.jobs,
    seconds: HOUR,
    signal: new AbortController().signal,
    log: { error: (_fields, message) => void failures.push(message) },
    async openSource(repository) {
      const source = await services.openSource(repository);
      asked.push(source);
      return source;
    },
  });
});
afterAll(async () => {
  await server.close();
  await Promise.all([github.close(), at.remove(), hosted.remove()]);
});

/** Makes every branch look as if its last look were two intervals ago, and looks. */
async function lookAgain(): Promise<number> {
  await server.database.system.execute(
    `UPDATE branch SET source_checked_at = now() - make_interval(secs => ${2 * HOUR})`,
  );
  asked = [];
  failures.length = 0;
  return poll();
}

const scheduled = () =>
  server.database.prisma.projectSync.findMany({
    where: { trigger: 'SCHEDULE' },
    include: { branch: { select: { name: true } } },
    orderBy: { queuedAt: 'asc' },
  });
const ended = () =>
  vi.waitFor(
    async () => {
      const syncs = await scheduled();
      expect(syncs.every(({ completedAt }) => completedAt !== null)).toBe(true);
      return syncs.map(({ branch: { name }, status }) => [name, status]);
    },
    { timeout: 20_000, interval: 50 },
  );
const requests = () => asked.reduce((sum, source) => sum + source.usage().requests, 0);

test('nothing is asked before its turn, and a branch that has not moved gets no sync', async () => {
  expect(await poll()).toBe(0);
  expect(asked).toEqual([]);
  expect(await lookAgain()).toBe(0);
  // Three branches of one Git repository are one question; so is the one branch at GitHub.
  expect([asked.length, requests()]).toEqual([2, 2]);
  expect(failures).toEqual(['A repository could not be looked at.']);
  expect(await scheduled()).toEqual([]);
  // The turn was taken: another worker has nothing to do.
  expect(await poll()).toBe(0);
});

test("an answer of GitHub's that has not changed costs nothing of its limit", async () => {
  github.log.length = 0;
  await lookAgain();
  expect(github.log.map(({ status, cost }) => [status, cost])).toEqual([[304, 0]]);
  hosted.commit('main', { 'b.ts': 'export const b = 2;\n' });
  expect(await lookAgain()).toBe(1);
  expect(await ended()).toEqual([['main', 'COMPLETED']]);
});

test('a branch that moved is reported as behind and synced, and one that is missing is found to be gone', async () => {
  const { prisma } = server.database;
  const project = await prisma.project.findFirstOrThrow({ where: { slug: 'harbour' } });
  const webhook = { projectId: project.id, url: 'https://example.org', events: ['BRANCH_BEHIND' as const] };
  await prisma.webhook.create({ data: { ...webhook, secretCipher: new Uint8Array(1) } });
  const head = at.commit('dev', { 'a.ts': 'export const dev = 2;\n' });
  at.point('gone', null);
  const known = (await scheduled()).length;
  expect(await lookAgain()).toBe(2);
  expect((await ended()).slice(known).toSorted()).toEqual([
    ['dev', 'COMPLETED'],
    ['gone', 'FAILED'],
  ]);
  const gone = await prisma.branch.findFirstOrThrow({ where: { name: 'gone' } });
  expect(gone.goneAt).not.toBeNull();
  const news = await prisma.webhookDelivery.findMany({ where: { projectId: project.id } });
  expect(news).toMatchObject([
    { event: 'BRANCH_BEHIND', data: { branch: 'dev', head: { commitOid: head } } },
  ]);
});

test('a sync that left something to do is followed by another one, although the branch has not moved', async () => {
  const { prisma } = server.database;
  const branch = await prisma.branch.findFirstOrThrow({ where: { name: 'dev' } });
  const warnings = [{ code: 'ANALYZE_INCOMPLETE', message: 'It failed.', path: null }];
  await prisma.projectSync.updateMany({
    where: { branchId: branch.id, number: branch.head },
    data: { warnings },
  });
  const known = (await scheduled()).length;
  expect(await lookAgain()).toBe(1);
  expect((await ended()).slice(known)).toEqual([['dev', 'COMPLETED']]);
  expect(await lookAgain()).toBe(0);
  const yesterday = new Date(Date.now() - 25 * HOUR * 1000);
  await prisma.projectSync.updateMany({
    where: { branch: { name: 'main' } },
    data: { completedAt: yesterday },
  });
  await prisma.branch.updateMany({
    where: { repository: { name: { not: 'acme/tides' } }, name: 'main' },
    data: { pinnedAt: new Date() },
  });
  expect(await lookAgain()).toBe(1);
});
