import { createHash, randomUUID } from 'node:crypto';
import { createServer as createHttpServer, request as askHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer, request as askHttps } from 'node:https';
import type { Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { OWNER_EMAIL } from '../auth/first-owner.ts';
import { openTestServer } from '../testing/open-test-server.ts';
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

/** Stores cookies like a browser, and does not follow redirects by itself. */
class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly base: string;
  constructor(base: string) {
    this.base = base;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async go(path: string, post?: { json: object } | { form: Record<string, string> }): Promise<Response> {
    const headers = new Headers({ cookie: this.cookie, origin: new URL(this.base).origin });
    let body: string | undefined;
    if (post !== undefined && 'json' in post) {
      headers.set('content-type', 'application/json');
      body = JSON.stringify(post.json);
    } else if (post !== undefined) {
      headers.set('content-type', 'application/x-www-form-urlencoded');
      body = new URLSearchParams(post.form).toString();
    }
    const response = await fetch(new URL(path, this.base), {
      headers,
      redirect: 'manual',
      ...(post === undefined ? {} : { method: 'POST', body: body ?? '' }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line) || value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Follows all redirects; returns the last response and its URL. */
  async follow(path: string): Promise<{ response: Response; url: URL }> {
    let url = new URL(path, this.base);
    for (;;) {
      const response = await this.go(url.href);
      const to = response.headers.get('location');
      if (to === null || (response.status !== 302 && response.status !== 303)) return { response, url };
      url = new URL(to, url);
    }
  }

  async name(): Promise<string | null> {
    const response = await this.go('/graphql', { json: { query: '{ viewer { email } }' } });
    return /"email":"([^"]+)"/.exec(await response.text())?.[1] ?? null;
  }

  async signInByLink(server: TestServer): Promise<void> {
    await this.follow(`/sign-in?token=${await server.signInToken()}`);
  }

  signIn(email: string, password: string): Promise<Response> {
    return this.go('/api/auth/sign-in/email', { json: { email, password } });
  }
}

describe('by a password', () => {
  const [first, second] = ['first', 'second'].map((word) => `${word}-${'a'.repeat(12)}`) as [string, string];
  let server: TestServer;
  beforeAll(async () => (server = await passwordServer()));

  test('a user signed in by a link sets one, signs in with it, and changes it', async () => {
    const visitor = new Visitor(server.url);
    expect((await visitor.go('/account')).headers.get('location')).toBe('/sign-in?next=/account');
    await visitor.signInByLink(server);
    expect(await (await visitor.go('/account')).text()).toContain('Set a password');
    const short = await visitor.go('/account', { form: { wanted: 'short' } });
    expect([short.status, await short.text()]).toEqual([400, expect.stringContaining('at least 12')]);
    expect((await visitor.go('/account', { form: { wanted: first } })).status).toBe(303);

    const again = new Visitor(server.url);
    expect((await again.signIn(OWNER_EMAIL, first)).status).toBe(200);
    expect(await again.name()).toBe(OWNER_EMAIL);
    const wrong = await again.go('/account', { form: { current: second, wanted: second } });
    expect(await wrong.text()).toContain('not your password');
    expect((await again.go('/account', { form: { current: first, wanted: second } })).status).toBe(303);
    expect(await again.name()).toBe(OWNER_EMAIL);
    // Another session may be the reason for changing the password.
    expect(await visitor.name()).toBeNull();
    expect((await visitor.signIn(OWNER_EMAIL, first)).status).toBe(401);
    expect((await visitor.signIn(OWNER_EMAIL, second)).status).toBe(200);
    const out = await visitor.go('/account', { form: { way: 'out' } });
    expect(out.headers.get('location')).toBe('/sign-in');
    expect(await visitor.name()).toBeNull();
  });

  test('signing up and requesting a link are refused', async () => {
    const stranger = new Visitor(server.url);
    const body = { email: 'stranger@example.invalid', name: 'x', password: first };
    expect((await stranger.go('/api/auth/sign-up/email', { json: body })).ok).toBe(false);
    expect((await stranger.go('/api/auth/sign-in/magic-link', { json: body })).status).toBe(404);
    expect(await stranger.name()).toBeNull();
  });

  test('guessing ends in 429 with the time to wait, for that email alone', async () => {
    const guesser = new Visitor(server.url);
    const answers = [];
    for (let attempt = 0; attempt < 11; attempt += 1)
      answers.push(await guesser.signIn('Guessed@example.invalid', `${first}-${attempt}`));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await guesser.signIn('other@example.invalid', first)).status).toBe(401);
  });

  test('too large a body is refused', async () => {
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

  /** Does what the sign-in page's button does, up to the return from GitHub. */
  async function come(visitor: Visitor): Promise<URL> {
    const body = { provider: 'github', callbackURL: '/account', errorCallbackURL: '/sign-in' };
    const asked = await visitor.go('/api/auth/sign-in/social', { json: body });
    const { url } = (await asked.json()) as { url: string };
    expect(url.startsWith(`${github}/login/oauth/authorize?`)).toBe(true);
    return (await visitor.follow(url)).url;
  }

  test('the sign-in page offers it only where it is configured', async () => {
    const ways = async ({ url }: TestServer): Promise<unknown> => (await fetch(`${url}/sign-in/ways`)).json();
    expect(await ways(server)).toEqual({ ways: ['password', 'github'] });
    expect(await ways(await passwordServer())).toEqual({ ways: ['password'] });
  });

  test('a stranger is refused with a reason, and no user is created', async () => {
    account.email = 'stranger@example.invalid';
    const visitor = new Visitor(server.url);
    const at = await come(visitor);
    expect([at.pathname, at.searchParams.get('error')]).toEqual(['/sign-in', 'signup_disabled']);
    expect(await visitor.name()).toBeNull();
    expect(await server.database.prisma.user.count()).toBe(1);
  });

  test('an email that GitHub has not verified does not sign in', async () => {
    await server.database.prisma.user.create({
      data: { id: invited, name: 'x', email: 'invited@example.invalid', emailVerified: true },
    });
    Object.assign(account, { email: 'invited@example.invalid', verified: false });
    const visitor = new Visitor(server.url);
    expect((await come(visitor)).searchParams.get('error')).toBe('account_not_linked');
    expect(await visitor.name()).toBeNull();
  });

  test('an email named only by an inviter does not sign in to the account of the invitation', async () => {
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
    const joined = await inviter.go(link, { form: {} });
    await inviter.follow(joined.headers.get('location') ?? '');
    expect(await inviter.name()).toBe(email);
    Object.assign(account, { email, verified: true });
    const visitor = new Visitor(server.url);
    expect((await come(visitor)).searchParams.get('error')).toBe('account_not_linked');
    expect(await visitor.name()).toBeNull();
  });

  test('a user with a verified email is signed in, and no token is stored', async () => {
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

  test('the owner connects an account with another email, and signs in with it', async () => {
    Object.assign(account, { id: 8, email: 'elsewhere@example.invalid' });
    const owner = new Visitor(server.url);
    await owner.signInByLink(server);
    const asked = await owner.go('/account', { form: { way: 'github' } });
    const { url, response } = await owner.follow(asked.headers.get('location') ?? '');
    expect(url.pathname).toBe('/account');
    expect(await response.text()).toContain('is connected');
    const again = new Visitor(server.url);
    await come(again);
    expect(await again.name()).toBe(OWNER_EMAIL);
  });
});

/** The part of GitHub that an OAuth application sees, with one user who always agrees. */
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
