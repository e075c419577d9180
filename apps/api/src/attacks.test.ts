import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashApiKey, newApiKey, prefixOf } from './auth/api-key.ts';
import { encodeGlobalID } from './graphql/ids.ts';
import { RequestBudget } from './http/request-budget.ts';
import { openTestServer } from './testing/open-test-server.ts';

// Attacks on a whole server that belong to no single part of it. docs/attacks.md names the finding behind each.
let server: Awaited<ReturnType<typeof openTestServer>>;
let at: string;
let projectId: string;
beforeAll(async () => {
  server = await openTestServer({ TRUSTED_PROXIES: 'loopback' }, new RequestBudget(200, 20));
  at = `http://127.0.0.1:${server.port}`;
  const { id } = await server.database.prisma.project.create({ data: { slug: randomUUID(), name: 'P' } });
  const owner = await server.database.prisma.user.findFirstOrThrow();
  await server.database.prisma.projectMember.create({
    data: { projectId: id, userId: owner.id, role: 'OWNER' },
  });
  projectId = id;
}, 60_000);
afterAll(() => server.close());

const change = async (name: string, input: object, key: string = server.key): Promise<string> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Error { code } } }`;
  return JSON.stringify((await server.ask(query, { input }, key)).body);
};
const from = (client: string, path: string, init: RequestInit = {}) =>
  fetch(`${at}${path}`, { ...init, headers: { ...init.headers, 'x-forwarded-for': client } });

test('names, descriptions and notes beyond their limits are refused by a code, and nothing unexpected happens', async () => {
  const project = encodeGlobalID('Project', projectId);
  const words = Array.from({ length: 75_000 }, (_, index) => `w${index.toString(36).padStart(11, 'x')}`).join(
    ' ',
  );
  const asked: Record<string, string> = {
    INVALID_NAME: await change('createProject', { name: 'x'.repeat(60_000) }),
    INVALID_DESCRIPTION: await change('createProject', { name: 'Large', description: 'x'.repeat(900_000) }),
    INVALID_CONTENT: await change('addNote', { projectId: project, title: 'T', content: words }),
  };
  for (const [code, answer] of Object.entries(asked)) expect(answer).toContain(`"code":"${code}"`);
  expect(await server.database.prisma.project.count()).toBe(1);
});

test('a member who writes while they are removed gets refusals, and no unexpected error', async () => {
  const { prisma } = server.database;
  const userId = randomUUID();
  await prisma.user.create({ data: { id: userId, name: 'x', email: `${userId}@example.invalid` } });
  await prisma.projectMember.create({ data: { projectId, userId, role: 'EDITOR' } });
  const key = newApiKey();
  await prisma.apiKey.create({
    data: { ownerId: userId, name: 'k', prefix: prefixOf(key), hash: hashApiKey(key), scopes: ['WRITE'] },
  });
  const project = encodeGlobalID('Project', projectId);
  const write = (index: number) =>
    change('addNote', { projectId: project, title: `N${index}`, content: 'a' }, key);
  const first = [0, 1, 2, 3].map(write);
  const removal = change('removeMember', { projectId: project, userId: encodeGlobalID('User', userId) });
  const answers = await Promise.all([...first, ...[4, 5, 6, 7].map(write)]);
  expect(await removal).toContain('RemoveMemberSuccess');
  for (const answer of answers) expect(answer).toMatch(/AddNoteSuccess|ACCESS_ENDED|PROJECT_NOT_FOUND/);
  expect(await write(8)).toContain('PROJECT_NOT_FOUND');
});

describe('a stranger who asks without end', () => {
  test('about readiness costs the database one look at a time', async () => {
    const { database } = server;
    await from('5.5.5.5', '/readyz');
    const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // A look waits as long as the ledger is locked, so the requests meet one that is under way, however fast they come.
    const lock = database.transaction(async (sql) => {
      await sql.query('LOCK TABLE _prisma_migrations IN ACCESS EXCLUSIVE MODE');
      held.resolve();
      await released.promise;
    });
    await held.promise;
    const before = database.statements();
    const asked = Array.from({ length: 100 }, () => from('5.5.5.5', '/readyz'));
    await from('5.5.5.5', '/healthz');
    released.resolve();
    const answers = await Promise.all(asked);
    await lock;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(database.statements() - before).toBeLessThan(60);
  });

  test.each([
    ['for invitations', '/api/invitation?token=guess', 410],
    ['for an account', '/api/account', 401],
  ])('%s is refused at their own address alone', async (_name, path, usual) => {
    const statuses = await Promise.all(
      Array.from({ length: 260 }, async () => (await from(`6.6.6.${usual % 250}`, path)).status),
    );
    expect(statuses).toContain(usual);
    expect(statuses).toContain(429);
    expect((await from('7.7.7.7', path)).status).toBe(usual);
  });

  test('for sign-in links is refused at their own address alone', async () => {
    const guess = (client: string) =>
      from(client, '/api/auth/magic-link/verify?token=guess&callbackURL=/', { redirect: 'manual' });
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await guess('6.6.7.1')).status),
    );
    expect(statuses).toContain(429);
    expect((await guess('7.7.7.8')).status).toBe(302);
  });
});
