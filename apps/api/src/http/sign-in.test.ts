import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER_EMAIL } from '../auth/first-owner.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { portOf } from '../testing/port-of.ts';
import { signInAtGitHub } from '../testing/sign-in-at-github.ts';
import { Visitor } from '../testing/visitor.ts';

type TestServer = Awaited<ReturnType<typeof openTestServer>>;

const opened: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
});

/** The server without GitHub, shared by the tests that need no other configuration. */
let shared: Promise<TestServer> | null = null;
const passwordServer = () => (shared ??= open());

async function open(environment: Record<string, string> = {}): Promise<TestServer> {
  const server = await openTestServer(environment);
  opened.push(server);
  return server;
}

describe('by a password', () => {
  const [first, second] = ['first', 'second'].map((word) => `${word}-${'a'.repeat(12)}`) as [string, string];
  let server: TestServer;
  beforeAll(async () => (server = await passwordServer()));

  test('a user who came by a link sets one, signs in with it, and changes it with the current one', async () => {
    const visitor = new Visitor(server.url);
    expect((await visitor.go('/api/account')).status).toBe(401);
    await visitor.signInByLink(server);
    const account = await visitor.go('/api/account');
    expect(await account.json()).toMatchObject({ email: OWNER_EMAIL, hasPassword: false, github: null });
    expect(account.headers.get('cache-control')).toBe('no-store');
    const short = await visitor.setPassword({ wanted: 'short' });
    expect([short.status, await short.text()]).toEqual([400, expect.stringContaining('at least 12')]);
    const common = await visitor.setPassword({ wanted: 'P@ssw0rd2026' });
    expect([common.status, await common.text()]).toEqual([
      400,
      expect.stringContaining('PASSWORD_TOO_COMMON'),
    ]);
    expect((await visitor.setPassword({ wanted: first })).status).toBe(204);
    expect(await (await visitor.go('/api/account')).json()).toMatchObject({ hasPassword: true });

    const again = new Visitor(server.url);
    expect((await again.signIn(OWNER_EMAIL, first)).status).toBe(200);
    expect(await again.name()).toBe(OWNER_EMAIL);
    const wrong = await again.setPassword({ current: second, wanted: second });
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { code: 'WRONG_PASSWORD', message: 'That is not your current password.' },
    ]);
    expect((await again.setPassword({ current: first, wanted: second })).status).toBe(204);
    expect(await again.name()).toBe(OWNER_EMAIL);
    // Another session may be the reason for the change.
    expect(await visitor.name()).toBeNull();
    expect((await visitor.signIn(OWNER_EMAIL, first)).status).toBe(401);
    expect((await visitor.signIn(OWNER_EMAIL, second)).status).toBe(200);
    expect((await visitor.go('/api/auth/sign-out', { json: {} })).status).toBe(200);
    expect(await visitor.name()).toBeNull();
  });

  test('a refused password says what is wrong with it, and only a wrong current one is called that', async () => {
    const email = 'changer@example.invalid';
    await server.database.prisma.user.create({
      data: { id: randomUUID(), name: 'x', email, emailVerified: true },
    });
    const visitor = new Visitor(server.url);
    await visitor.follow(`/sign-in?token=${await server.signInToken(email)}`);
    expect((await visitor.setPassword({ wanted: first })).status).toBe(204);
    const codeOf = async (post: { current: string; wanted: string }): Promise<unknown> =>
      (await visitor.setPassword(post)).json();
    expect(await codeOf({ current: first, wanted: 'short' })).toMatchObject({ code: 'PASSWORD_TOO_SHORT' });
    expect(await codeOf({ current: first, wanted: 'x'.repeat(500) })).toMatchObject({
      code: 'PASSWORD_TOO_LONG',
    });
    expect(await codeOf({ current: second, wanted: second })).toMatchObject({ code: 'WRONG_PASSWORD' });
  });

  test('an operator changes the own name and address, any other user only the name', async () => {
    const person = async (email: string, isOperator: boolean) => {
      await server.database.prisma.user.create({
        data: { id: randomUUID(), name: 'x', email, emailVerified: true, isOperator },
      });
      const visitor = new Visitor(server.url);
      await visitor.follow(`/sign-in?token=${await server.signInToken(email)}`);
      return {
        change: async (json: object) => {
          const answer = await visitor.go('/api/account/profile', { json });
          return answer.status === 204 ? 'changed' : ((await answer.json()) as { code: string }).code;
        },
        account: async (): Promise<unknown> => (await visitor.go('/api/account')).json(),
      };
    };
    const operator = await person('placeholder@example.invalid', true);
    expect(await operator.change({ name: ' The  harbour ', email: 'Harbour@Example.invalid' })).toBe(
      'changed',
    );
    expect(await operator.account()).toMatchObject({
      name: 'The harbour',
      email: 'harbour@example.invalid',
      isOperator: true,
    });
    const stored = await server.database.prisma.user.findUnique({
      where: { email: 'harbour@example.invalid' },
    });
    expect(stored?.emailVerified).toBe(false);
    const change = await server.database.prisma.auditLog.findFirst({ where: { action: 'changeProfile' } });
    expect(change).toMatchObject({
      credential: expect.stringMatching(/^session /) as string,
      address: '127.0.0.1',
    });
    const other = await person('other@example.invalid', false);
    expect(await operator.change({ name: 'x', email: 'other@example.invalid' })).toBe('EMAIL_TAKEN');
    expect(await other.change({ name: 'Quay' })).toBe('changed');
    expect(await other.change({ name: 'Quay', email: 'other@example.invalid' })).toBe('changed');
    expect(await other.change({ name: 'Quay', email: 'new@example.invalid' })).toBe(
      'EMAIL_NOT_YOURS_TO_CHANGE',
    );
    expect(await other.account()).toMatchObject({
      name: 'Quay',
      email: 'other@example.invalid',
      isOperator: false,
    });
    for (const wrong of ['', ' ', 'x'.repeat(101), 'a\0b', '\ud800'])
      expect(await other.change({ name: wrong })).toBe('INVALID_NAME');
    for (const wrong of ['', 'no address', 'a@b@c d'])
      expect(await operator.change({ name: 'x', email: wrong })).toBe('INVALID_EMAIL');
  });

  test('guessing the current password ends in 429 with the time to wait', async () => {
    const email = 'changed@example.invalid';
    await server.database.prisma.user.create({
      data: { id: randomUUID(), name: 'x', email, emailVerified: true },
    });
    const visitor = new Visitor(server.url);
    await visitor.follow(`/sign-in?token=${await server.signInToken(email)}`);
    expect((await visitor.setPassword({ wanted: first })).status).toBe(204);
    const answers = [];
    for (let tries = 0; tries < 10; tries += 1)
      answers.push(await visitor.setPassword({ current: `${second}-${tries}`, wanted: second }));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 9 }, () => 400), 429]);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('neither another site nor a form can change an account or use an invitation', async () => {
    for (const path of ['/api/account/password', '/api/account/profile', '/api/invitation']) {
      const send = (headers: Record<string, string>) =>
        fetch(new URL(path, server.url), { method: 'POST', headers, body: '{}' });
      const elsewhere = await send({
        origin: 'https://elsewhere.example',
        'content-type': 'application/json',
      });
      expect(elsewhere.status).toBe(403);
      const form = await send({
        origin: server.url,
        'content-type': 'application/x-www-form-urlencoded',
      });
      expect(form.status).toBe(415);
    }
    for (const path of ['/account?/password', '/account?/signOut', '/invitation?token=x']) {
      const headers = {
        origin: 'https://elsewhere.example',
        'content-type': 'application/x-www-form-urlencoded',
      };
      const answer = await fetch(new URL(path, server.url), { method: 'POST', headers, body: '' });
      expect(answer.status).toBe(403);
    }
  });

  test('there is no sign-up, and no link is sent on request', async () => {
    const stranger = new Visitor(server.url);
    const body = { email: 'stranger@example.invalid', name: 'x', password: first };
    expect((await stranger.go('/api/auth/sign-up/email', { json: body })).ok).toBe(false);
    expect((await stranger.go('/api/auth/sign-in/magic-link', { json: body })).status).toBe(404);
    expect(await stranger.name()).toBeNull();
  });

  test('guessing a password ends in 429 with the time to wait, for that user alone', async () => {
    const guesser = new Visitor(server.url);
    const answers = [];
    for (let attempt = 0; attempt < 11; attempt += 1)
      answers.push(await guesser.signIn('Guessed@example.invalid', `${first}-${attempt}`));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await guesser.signIn('other@example.invalid', first)).status).toBe(401);
  });

  test('a body over the limit is refused', async () => {
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn('a'.repeat(70_000), first)).status).toBe(413);
  });
});

describe('with GitHub', () => {
  const secret = `github-${'s'.repeat(20)}`;
  const invited = randomUUID();
  const account = { id: 7, login: 'octo', email: '', verified: true };
  let server: TestServer;
  let github: string;
  beforeAll(async () => {
    const provider = signInAtGitHub(account, secret);
    opened.push(provider);
    github = `http://127.0.0.1:${await portOf(provider)}`;
    server = await open({
      GITHUB_API_URL: github,
      GITHUB_CLIENT_ID: 'app',
      GITHUB_CLIENT_SECRET: secret,
    });
  });

  /** The sign-in page's button, up to the page that GitHub's answer leads to. */
  async function come(visitor: Visitor): Promise<URL> {
    const body = { provider: 'github', callbackURL: '/account', errorCallbackURL: '/sign-in' };
    const asked = await visitor.go('/api/auth/sign-in/social', { json: body });
    const { url } = (await asked.json()) as { url: string };
    expect(url.startsWith(`${github}/login/oauth/authorize?`)).toBe(true);
    return (await visitor.follow(url)).url;
  }

  test('GitHub is offered only if it is configured', async () => {
    const ways = async ({ url }: TestServer): Promise<unknown> => (await fetch(`${url}/sign-in/ways`)).json();
    expect(await ways(server)).toEqual({ ways: ['password', 'github'] });
    expect(await ways(await passwordServer())).toEqual({ ways: ['password'] });
  });

  test('an unknown GitHub account is refused with a reason, and creates no user', async () => {
    account.email = 'stranger@example.invalid';
    const visitor = new Visitor(server.url);
    const at = await come(visitor);
    expect([at.pathname, at.searchParams.get('error')]).toEqual(['/sign-in', 'signup_disabled']);
    expect(await visitor.name()).toBeNull();
    expect(await server.database.prisma.user.count()).toBe(1);
  });

  test('an address that GitHub has not verified signs in no one', async () => {
    await server.database.prisma.user.create({
      data: { id: invited, name: 'x', email: 'invited@example.invalid', emailVerified: true },
    });
    Object.assign(account, { email: 'invited@example.invalid', verified: false });
    const visitor = new Visitor(server.url);
    expect((await come(visitor)).searchParams.get('error')).toBe('account_not_linked');
    expect(await visitor.name()).toBeNull();
  });

  test('an address that only an inviter named does not sign in to the account created for it', async () => {
    const email = 'named@example.invalid';
    const made = await server.ask(
      'mutation { createProject(input: { name: "Bait" }) { ... on CreateProjectSuccess { project { id } } } }',
    );
    const invited = await server.ask(
      'mutation ($p: ID!, $e: String!) { inviteMember(input: { projectId: $p, email: $e, role: VIEWER }) { ... on InviteMemberSuccess { link } } }',
      { p: /"id":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1], e: email },
    );
    const inviter = new Visitor(server.url);
    const link = /"link":"([^"]+)"/.exec(JSON.stringify(invited.body))?.[1] ?? '';
    const token = new URL(link).searchParams.get('token');
    const joined = await inviter.go('/api/invitation', { json: { token } });
    const { location } = (await joined.json()) as { location: string };
    await inviter.follow(location);
    expect(await inviter.name()).toBe(email);
    Object.assign(account, { email, verified: true });
    const visitor = new Visitor(server.url);
    expect((await come(visitor)).searchParams.get('error')).toBe('account_not_linked');
    expect(await visitor.name()).toBeNull();
  });

  test('a known verified address is signed in, and no GitHub token is stored', async () => {
    Object.assign(account, { email: 'invited@example.invalid', verified: true });
    const visitor = new Visitor(server.url);
    expect((await come(visitor)).pathname).toBe('/account');
    expect(await visitor.name()).toBe('invited@example.invalid');
    expect(await server.database.prisma.account.findMany({ where: { providerId: 'github' } })).toMatchObject([
      { userId: invited, accountId: '7', accessToken: null, refreshToken: null, idToken: null },
    ]);
    await come(visitor);
    const [kept] = await server.database.prisma.account.findMany({ where: { providerId: 'github' } });
    expect(kept?.accessToken).toBeNull();
  });

  test('the owner connects a GitHub account with another address, and signs in with it', async () => {
    Object.assign(account, { id: 8, email: 'elsewhere@example.invalid' });
    const owner = new Visitor(server.url);
    await owner.signInByLink(server);
    const isConnected = async () => {
      const account = (await (await owner.go('/api/account')).json()) as { github: { isConnected: boolean } };
      return account.github.isConnected;
    };
    expect(await isConnected()).toBe(false);
    const asked = await owner.go('/api/auth/link-social', {
      json: {
        provider: 'github',
        callbackURL: '/account',
        errorCallbackURL: '/account',
        disableRedirect: true,
      },
    });
    const { url: to } = (await asked.json()) as { url: string };
    expect((await owner.follow(to)).url.pathname).toBe('/account');
    expect(await isConnected()).toBe(true);
    const again = new Visitor(server.url);
    await come(again);
    expect(await again.name()).toBe(OWNER_EMAIL);
  });
});
