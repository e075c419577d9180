import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { startFakeGitHub, type FakeGitHub } from '@project-sync/fake-github';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { resealTokens } from '../auth/reseal-tokens.ts';
import { sealWith } from '../auth/token-cipher.ts';
import { apiUrlOf, openGitHubApps, sealApp } from '../sources/github-apps.ts';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { Visitor } from '../testing/visitor.ts';

const SECRET = 'whs-4000';
let server: Awaited<ReturnType<typeof openTestServer>>;
let github: FakeGitHub;
let at: TestRepository;
let operator: Visitor;
let other: Visitor;

beforeAll(async () => {
  at = await createRepository();
  at.commit('main', { 'a.ts': 'export const a = 1;\n' });
  github = await startFakeGitHub({
    repositories: { 'acme/hidden': { path: at.path, private: true } },
    manifestCodes: ['code-one', 'code-two'],
  });
  server = await openTestServer({ GITHUB_API_URL: github.url });
  const email = `${randomUUID()}@example.invalid`;
  await server.database.prisma.user.create({ data: { id: randomUUID(), name: 'Other', email } });
  [operator, other] = [new Visitor(server.url), new Visitor(server.url)];
  await operator.signInByLink(server);
  await other.signInByLink({ signInToken: () => server.signInToken(email) });
});
afterAll(async () => {
  await server.close();
  await Promise.all([github.close(), at.remove()]);
});

const formShape = z.object({
  app: z.object({ name: z.string(), installUrl: z.url() }).nullable(),
  action: z.url(),
  manifest: z.string(),
});
const form = async (query = '') =>
  formShape.parse(await (await operator.go(`/api/github-app${query}`)).json());
const stateOf = (action: string) => new URL(action).searchParams.get('state') ?? '';
const create = (visitor: Visitor, code: string, state: string) =>
  visitor.go('/api/github-app', { json: { code, state } });
const codeOf = async (answer: Response) => [
  answer.status,
  z.object({ code: z.string() }).parse(await answer.json()).code,
];

/** Reports a push as GitHub does for the App. */
async function push(delivery: string): Promise<[number, string]> {
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    after: at.head('main'),
    repository: { html_url: 'https://127.0.0.1/acme/hidden' },
  });
  const answer = await fetch(`${server.url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
  });
  return [answer.status, await answer.text()];
}

test('only an operator gets the form, which asks GitHub for nothing but contents', async () => {
  expect(await codeOf(await new Visitor(server.url).go('/api/github-app'))).toEqual([401, 'UNAUTHENTICATED']);
  expect(await codeOf(await other.go('/api/github-app'))).toEqual([403, 'NOT_OPERATOR']);
  expect(await codeOf(await create(other, 'code-one', 'x'))).toEqual([403, 'NOT_OPERATOR']);
  const { app, action, manifest } = await form();
  expect(app).toBeNull();
  expect(action).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/settings\/apps\/new\?state=/);
  expect((await form('?organization=acme')).action).toContain('/organizations/acme/settings/apps/new?state=');
  expect(await codeOf(await operator.go('/api/github-app?organization=a/../b'))).toEqual([
    400,
    'INVALID_NAME',
  ]);
  // On loopback GitHub could report nothing, so no webhook is asked for.
  expect(JSON.parse(manifest)).toEqual({
    name: 'Project Sync 127.0.0.1',
    url: server.url,
    redirect_url: `${server.url}/instance/github-app`,
    setup_url: `${server.url}/connect`,
    public: false,
    default_permissions: { contents: 'read', metadata: 'read' },
  });
});

test('a code is taken once, from the operator who began, and its secrets are stored encrypted', async () => {
  const state = stateOf((await form()).action);
  expect(await codeOf(await create(operator, 'code-one', `${state.slice(0, -4)}AAAA`))).toEqual([
    400,
    'BAD_STATE',
  ]);
  // Another operator's state is none of this one's.
  const foreign = server.services.seal.close(
    JSON.stringify({ userId: 'another', until: Date.now() + 60_000 }),
    'github_app:state',
  );
  const foreignState = Buffer.from(foreign).toString('base64url');
  expect(await codeOf(await create(operator, 'code-one', foreignState))).toEqual([400, 'BAD_STATE']);
  expect(await codeOf(await create(operator, 'code-none', state))).toEqual([502, 'AUTHENTICATION_FAILED']);
  expect((await push('before'))[0]).toBe(404);
  expect((await create(operator, 'code-one', state)).status).toBe(200);
  expect(await codeOf(await create(operator, 'code-one', state))).toEqual([502, 'AUTHENTICATION_FAILED']);
  expect((await form()).app).toEqual({
    name: 'Project Sync',
    installUrl: 'https://github.com/apps/project-sync/installations/new',
  });
  const row = await server.database.prisma.gitHubApp.findFirstOrThrow();
  expect(Buffer.from(row.secretsCipher).toString('latin1')).not.toContain('PRIVATE KEY');
});

test('a private repository is read through the App, and its pushes start syncs', async () => {
  const connected = await connectRepository(server, {
    project: 'Hidden',
    path: 'acme/hidden',
    provider: 'GITHUB',
  });
  await connected.sync();
  const { prisma } = server.database;
  expect(await prisma.projectSync.findMany()).toMatchObject([
    { status: 'COMPLETED', commitOid: at.head('main') },
  ]);
  const repository = await prisma.repository.findFirstOrThrow();
  expect(repository).toMatchObject({ tokenCipher: null, operatorAccess: true });
  expect(await push('after')).toEqual([202, '1 started']);
});

test('a change of APP_SECRET keeps the App readable', async () => {
  const { database } = server;
  const [former, next] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const before = await database.prisma.gitHubApp.findFirstOrThrow();
  const app = await server.services.githubApps.current();
  if (app === null) throw new Error('There is no App.');
  const secretsCipher = new Uint8Array(sealApp(sealWith([former]), app));
  await database.prisma.gitHubApp.updateMany({ data: { secretsCipher } });
  const logged: string[] = [];
  const readWith = (secret: string) =>
    openGitHubApps(
      { database, seal: sealWith([secret]), log: { error: (_fields, message) => void logged.push(message) } },
      apiUrlOf(github.url),
    ).current();
  expect(await readWith(next)).toBeNull();
  expect(logged).toHaveLength(1);
  await resealTokens(database, sealWith([next, former]));
  expect(await readWith(next)).toEqual(app);
  await database.prisma.gitHubApp.updateMany({ data: { secretsCipher: before.secretsCipher } });
});

test('an App that is forgotten leaves no secret, and both are in the audit log', async () => {
  expect((await other.go('/api/github-app/remove', { json: {} })).status).toBe(403);
  expect((await operator.go('/api/github-app/remove', { json: {} })).status).toBe(204);
  expect((await form()).app).toBeNull();
  expect(await server.database.prisma.gitHubApp.count()).toBe(0);
  expect((await push('last'))[0]).toBe(404);
  const { prisma } = server.database;
  const entries = await prisma.auditLog.findMany({ where: { action: { contains: 'GitHubApp' } } });
  expect(entries.map(({ action }) => action).toSorted()).toEqual(['createGitHubApp', 'removeGitHubApp']);
  for (const { credential, address } of entries)
    expect([credential, address]).toEqual([expect.stringMatching(/^session /), '127.0.0.1']);
});
