import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { fakeOpenidProvider, type FakeAccount } from '../testing/fake-openid-provider.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { Visitor } from '../testing/visitor.ts';

const client = { id: 'project-sync', secret: `openid-${'s'.repeat(20)}` };
const fresh: FakeAccount = { sub: 'none', wrong: {}, isForged: false, info: {}, isAway: false };
const account: FakeAccount = { ...fresh, isAway: true };
let provider: Awaited<ReturnType<typeof fakeOpenidProvider>>;
let server: Awaited<ReturnType<typeof openTestServer>>;
beforeAll(async () => {
  provider = await fakeOpenidProvider(client, account);
  server = await openTestServer({
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_NAME: 'Acme',
    OIDC_DOMAINS: 'acme.example, acme.test',
  });
}, 60_000);
afterAll(async () => {
  await server.close();
  await provider.close();
});
afterEach(() => vi.useRealTimers());

/** A user of the provider with an address of their own. */
function someone(domain: string, given: Partial<FakeAccount> = {}): string {
  const id = randomUUID();
  const email = `${id}@${domain}`;
  Object.assign(account, { ...fresh, sub: id, email, email_verified: true, ...given });
  return email;
}

/** The sign-in page's button, up to the page that the provider's answer leads to. */
async function come(visitor = new Visitor(server.url)): Promise<{ at: URL; visitor: Visitor }> {
  const body = { provider: 'oidc', callbackURL: '/account', errorCallbackURL: '/sign-in' };
  const asked = await visitor.go('/api/auth/sign-in/social', { json: body });
  const { url } = (await asked.json()) as { url: string };
  return { at: (await visitor.follow(url)).url, visitor };
}

const ways = async (): Promise<unknown> => (await fetch(`${server.url}/sign-in/ways`)).json();
const users = () => server.database.prisma.user.count();

test('a provider that is away when the server starts is offered once it is back', async () => {
  expect(await ways()).toEqual({ ways: ['password'] });
  Object.assign(account, fresh);
  expect(await ways()).toEqual({ ways: ['password'] });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 });
  expect(await ways()).toEqual({ ways: ['password', 'oidc'], oidcName: 'Acme' });
});

test('a verified address of an allowed domain enters, without projects or rights, and no token is stored', async () => {
  const email = someone('ACME.example');
  const { at, visitor } = await come();
  expect(at.pathname).toBe('/account');
  expect(await visitor.name()).toBe(email.toLowerCase());
  const { prisma } = server.database;
  const user = await prisma.user.findUniqueOrThrow({ where: { email: email.toLowerCase() } });
  expect(user).toMatchObject({ emailVerified: true, isOperator: false, mayCreateProjects: false });
  expect(await prisma.account.findMany({ where: { userId: user.id } })).toMatchObject([
    { providerId: 'oidc', accountId: account.sub, accessToken: null, refreshToken: null, idToken: null },
  ]);
  const query = '{ instance { auditLog(actions: ["signUp"]) { nodes { action subject } } } }';
  expect(JSON.stringify((await server.ask(query)).body)).toContain(user.id);
  const count = await users();
  expect((await come()).at.pathname).toBe('/account');
  expect(await users()).toBe(count);
});

test.each([
  ['an address of another domain', 'elsewhere.example', {}],
  ['a domain that only ends like an allowed one', 'notacme.example', {}],
  ['an address that the provider has not verified', 'acme.example', { email_verified: false }],
  ['an address of which the provider says nothing', 'acme.example', { email_verified: undefined }],
] as [string, string, Partial<FakeAccount>][])('%s does not enter', async (_, domain, given) => {
  const count = await users();
  someone(domain, given);
  const { at, visitor } = await come();
  expect([at.pathname, at.searchParams.get('error')]).toEqual(['/sign-in', 'unable_to_create_user']);
  expect(await visitor.name()).toBeNull();
  expect(await users()).toBe(count);
});

test.each([
  ['signed by another key', { isForged: true }],
  ['for another client', { wrong: { aud: 'another' } }],
  ['of another issuer', { wrong: { iss: 'https://another.example' } }],
  ['that has expired', { wrong: { exp: 1_000_000 } }],
  ['of another sign-in', { wrong: { nonce: 'replayed' } }],
  ['without a subject', { wrong: { sub: '' } }],
] as [string, Partial<FakeAccount>][])('a token %s signs in no one', async (_, given) => {
  const count = await users();
  someone('acme.example', given);
  const { at, visitor } = await come();
  expect([at.pathname, at.searchParams.has('error')]).toEqual(['/sign-in', true]);
  expect(await visitor.name()).toBeNull();
  expect(await users()).toBe(count);
});

test('an address that the provider tells apart from the token counts for the same subject alone', async () => {
  const email = someone('acme.test');
  const info = { email, email_verified: 'true' };
  Object.assign(account, { email: undefined, email_verified: undefined, info: { ...info, sub: 'another' } });
  expect((await come()).at.pathname).toBe('/sign-in');
  Object.assign(account, { info: { ...info, sub: account.sub } });
  expect((await come()).at.pathname).toBe('/account');
});

test('an invited user enters from any domain, and then joins by the invitation', async () => {
  const email = someone('partner.example');
  const made = await server.ask(
    'mutation { createProject(input: { name: "Shared" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  const invited = await server.ask(
    'mutation ($p: ID!, $e: String!) { inviteMember(input: { projectId: $p, email: $e, role: VIEWER }) { ... on InviteMemberSuccess { link } } }',
    { p: /"id":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1], e: email },
  );
  const { visitor } = await come();
  expect(await visitor.name()).toBe(email);
  const link = /"link":"([^"]+)"/.exec(JSON.stringify(invited.body))?.[1] ?? '';
  const token = new URL(link).searchParams.get('token');
  expect((await visitor.go('/api/invitation', { json: { token } })).status).toBe(200);
  const projects = await visitor.go('/graphql', { json: { query: '{ projects { nodes { name } } }' } });
  expect(await projects.text()).toContain('Shared');
});

test('an account whose address only an inviter named is not entered, until its user connects the two', async () => {
  const email = someone('acme.example');
  await server.database.prisma.user.create({ data: { id: randomUUID(), name: 'x', email } });
  expect((await come()).at.searchParams.get('error')).toBe('account_not_linked');
  const visitor = new Visitor(server.url);
  await visitor.follow(`/sign-in?token=${await server.signInToken(email)}`);
  const isConnected = async () => {
    const body = (await (await visitor.go('/api/account')).json()) as { openid: { isConnected: boolean } };
    return body.openid.isConnected;
  };
  expect(await isConnected()).toBe(false);
  const json = {
    provider: 'oidc',
    callbackURL: '/account',
    errorCallbackURL: '/account',
    disableRedirect: true,
  };
  const asked = await visitor.go('/api/auth/link-social', { json });
  await visitor.follow(((await asked.json()) as { url: string }).url);
  expect(await isConnected()).toBe(true);
  expect((await come()).at.pathname).toBe('/account');
});

test('a user who is shut out does not come back by the provider', async () => {
  const email = someone('acme.example');
  await come();
  await server.database.prisma.user.update({ where: { email }, data: { shutOutAt: new Date() } });
  const { visitor } = await come();
  expect(await visitor.name()).toBeNull();
});
