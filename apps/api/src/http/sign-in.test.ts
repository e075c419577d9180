import { createHash, randomUUID } from 'node:crypto';
import { createServer as createHttpServer, request as askHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer, request as askHttps } from 'node:https';
import type { Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { OWNER_EMAIL } from '../auth/first-owner.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { Visitor } from '../testing/visitor.ts';
import { selfSigned } from './self-signed.ts';

type TestServer = Awaited<ReturnType<typeof openTestServer>>;

const opened: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  const address = server.address();
  return address instanceof Object ? address.port : 0;
}

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
    github = `http://127.0.0.1:${await portOf(fakeGitHub(account, secret))}`;
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

/** The OAuth part of GitHub, for one user who always agrees. */
function fakeGitHub(
  account: { id: number; login: string; email: string; verified: boolean },
  secret: string,
): Server {
  const challenges = new Map<string, string>();
  return createHttpServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const json = (body: unknown, status = 200): unknown =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/login/oauth/authorize') {
      const code = `code-${challenges.size}`;
      challenges.set(code, url.searchParams.get('code_challenge') ?? '');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      return response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname === '/login/oauth/access_token')
      return void textOf(request).then((text) => {
        const form = new URLSearchParams(text);
        const proof = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        const right =
          form.get('client_id') === 'app' &&
          form.get('client_secret') === secret &&
          challenges.get(form.get('code') ?? '') === proof;
        return json(
          right
            ? { access_token: 'kept-nowhere', token_type: 'bearer', scope: 'read:user,user:email' }
            : { error: 'bad_verification_code' },
        );
      });
    if (request.headers.authorization !== 'Bearer kept-nowhere')
      return json({ message: 'Bad credentials' }, 401);
    if (url.pathname === '/user')
      return json({ id: account.id, login: account.login, name: null, email: null });
    return json([
      { email: 'second@example.invalid', primary: false, verified: true },
      { email: account.email, primary: true, verified: account.verified },
    ]);
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

test('over HTTPS the session is a __Host- cookie, which signs in pages and sockets', async () => {
  const { key, cert } = selfSigned();
  let inner = 0;
  const front = createHttpsServer({ key, cert }, (request, response) => {
    const { url = '/', method, headers } = request;
    const passed = askHttp({ host: '127.0.0.1', port: inner, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  front.on('upgrade', (request, socket) => {
    const { url = '/', headers } = request;
    const passed = askHttp({ host: '127.0.0.1', port: inner, path: url, headers });
    passed.on('upgrade', (answer, stream) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      stream.pipe(socket).pipe(stream);
    });
    passed.end();
  });
  const base = `https://localhost:${await portOf(front)}`;
  const server = await open({ PUBLIC_URL: base });
  inner = server.port;

  const ask = (path: string, cookie = '', body?: object) =>
    new Promise<{ status: number; cookies: string[]; location: string; text: string }>((resolve, reject) => {
      const asked = askHttps(
        new URL(path, base),
        {
          ca: cert,
          method: body === undefined ? 'GET' : 'POST',
          headers: { cookie, 'content-type': 'application/json', origin: base },
        },
        (answer) => {
          const { statusCode = 0, headers } = answer;
          textOf(answer).then(
            (text) =>
              resolve({
                status: statusCode,
                cookies: headers['set-cookie'] ?? [],
                location: headers.location ?? '',
                text,
              }),
            reject,
          );
        },
      );
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });

  const link = await ask(`/sign-in?token=${await server.signInToken()}`);
  const { cookies } = await ask(link.location);
  const [session = ''] = cookies.filter((line) => line.startsWith('__Host-project_sync='));
  expect(session).toMatch(/; Path=\//i);
  expect(session).toMatch(/; HttpOnly/i);
  expect(session).toMatch(/; SameSite=Lax/i);
  for (const line of cookies) expect(line).toMatch(/; Secure/i);
  expect(session).not.toMatch(/; Domain/i);
  const cookie = session.split(';', 1)[0] ?? '';
  const { text } = await ask('/graphql', cookie, { query: '{ viewer { email } }' });
  expect(text).toContain(OWNER_EMAIL);
  expect((await ask('/graphql', '', { query: '{ viewer { email } }' })).text).not.toContain(OWNER_EMAIL);

  const socket = new WebSocket(`${base.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', {
    ca: cert,
    headers: { cookie, origin: base },
  });
  const answer = await new Promise<string>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data: Buffer) => resolve(data.toString()));
  });
  expect(answer).toContain('connection_ack');
  socket.terminate();
});
