import { createHmac, randomUUID } from 'node:crypto';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestServer } from '../testing/open-test-server.ts';

const secret = 'webhook-'.repeat(4);
let server: Awaited<ReturnType<typeof openTestServer>>;
beforeAll(async () => {
  server = await openTestServer({ GITHUB_WEBHOOK_SECRET: secret });
});
afterAll(() => server.close());

/** Opens a socket, sends messages, and returns the code with which it was closed. */
async function closeCode(
  messages: readonly (string | object)[],
  options: { headers?: Record<string, string> } = {},
): Promise<number> {
  const socket = new WebSocket(
    server.url.replace('http', 'ws') + '/graphql',
    'graphql-transport-ws',
    options,
  );
  const acknowledged = new Promise<void>((resolve) =>
    socket.on('message', (data) => {
      if (String(data).includes('connection_ack')) resolve();
    }),
  );
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  for (const message of messages) {
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    if (message instanceof Object && 'type' in message && message.type === 'connection_init')
      await Promise.race([acknowledged, closed]);
  }
  return closed;
}
const init = () => ({ type: 'connection_init', payload: { authorization: `Bearer ${server.key}` } });
const watch = (id: string) => ({
  type: 'subscribe',
  id,
  payload: {
    query: 'subscription ($p: ID!) { projectActivity(projectId: $p) { id } }',
    variables: { p: project },
  },
});
let project = '';
beforeAll(async () => {
  const { body } = await server.ask(
    'mutation { createProject(input: { name: "Watched" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  project = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
});

describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({ url: () => `${server.url}/graphql` })) {
    test(`the specification: ${audit.name}`, async () => {
      expect(await audit.fn()).toMatchObject({ status: 'ok' });
    });
  }
  test('an invalid key gets 401 and UNAUTHENTICATED', async () => {
    const { status, body } = await server.ask('{ viewer { id } }', {}, 'psk_' + 'a'.repeat(46));
    expect(status).toBe(401);
    expect(JSON.stringify(body)).toContain('UNAUTHENTICATED');
    expect(JSON.stringify(body)).not.toContain('"http"');
  });
  test('a page of another site is refused, and so is a form', async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    const foreign = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
    });
    expect(foreign.status).toBe(403);
    const form = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      body: 'query=mutation',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBe(415);
  });
  test.each([
    [
      'twenty thousand aliases',
      `{ ${Array.from({ length: 20_000 }, (_, at) => `a${at}: __typename`).join(' ')} }`,
    ],
    ['a depth of twenty thousand', '{ a '.repeat(20_000) + '}'.repeat(20_000)],
    ['more than a megabyte', `{ ${'a'.repeat(1_100_000)} }`],
  ])('%s: a 4xx, and the next request is answered', async (_name, query) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      body: JSON.stringify({ query }),
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect((await server.ask('{ viewer { name } }')).body).toMatchObject({
      data: { viewer: { name: 'Owner' } },
    });
  });
  test('a page of 101 is an error with a code', async () => {
    expect(
      JSON.stringify((await server.ask('{ projects(first: 101) { totalCount nodes { id } } }')).body),
    ).toContain('PAGE_TOO_LARGE');
  });
});

describe('signing in', () => {
  test('the link signs in once', async () => {
    const follow = async (url: string) => fetch(url, { redirect: 'manual' });
    const link = await follow(`${server.url}/sign-in?token=${await server.signInToken()}`);
    const verify = new URL(link.headers.get('location') ?? '', server.url).href;
    const signedIn = await follow(verify);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      body: JSON.stringify({ query: '{ viewer { name } }' }),
      headers: { 'content-type': 'application/json', cookie },
    });
    expect(await response.json()).toMatchObject({ data: { viewer: { name: 'Owner' } } });
    expect((await follow(verify)).headers.getSetCookie()).toEqual([]);
  });
});

describe('the socket', () => {
  test('closes a garbled message with 4400', async () => expect(await closeCode(['{'])).toBe(4400));
  test('closes a subscription without init with 4401', async () =>
    expect(await closeCode([watch('1')])).toBe(4401));
  test('closes a socket without credentials with 4403', async () =>
    expect(await closeCode([{ type: 'connection_init' }])).toBe(4403));
  test('closes a silent socket with 4408', async () => expect(await closeCode([])).toBe(4408));
  test('closes a second subscription with the same ID with 4409', async () =>
    expect(await closeCode([init(), watch('1'), watch('1')])).toBe(4409));
  test('ends with 4403 when its key is revoked', async () => {
    const made = await server.ask(
      'mutation { createApiKey(input: { name: "Short", scopes: [READ] }) { ... on CreateApiKeySuccess { key apiKey { id } } } }',
    );
    const text = JSON.stringify(made.body);
    const key = /"key":"([^"]+)"/.exec(text)?.[1] ?? '';
    const id = /"id":"([^"]+)"/.exec(text)?.[1] ?? '';
    const closed = closeCode([
      { type: 'connection_init', payload: { authorization: `Bearer ${key}` } },
      watch('1'),
    ]);
    await server.ask('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename } }', { id });
    expect(await closed).toBe(4403);
  });
  test('closes a second init with 4429', async () => expect(await closeCode([init(), init()])).toBe(4429));
});

describe('the webhook', () => {
  const send = (
    body: string,
    delivery: string,
    signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  ) =>
    fetch(`${server.url}/webhooks/github`, {
      method: 'POST',
      body,
      headers: { 'x-github-event': 'push', 'x-github-delivery': delivery, 'x-hub-signature-256': signature },
    });
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    repository: { html_url: 'https://github.com/unknown/nothing' },
  });

  test('handles a delivery once', async () => {
    const delivery = randomUUID();
    expect((await send(body, delivery)).status).toBe(202);
    expect(await (await send(body, delivery)).text()).toBe('seen before');
  });
  test('refuses a wrong signature', async () =>
    expect((await send(body, randomUUID(), `sha256=${'0'.repeat(64)}`)).status).toBe(401));
});

describe('readiness', () => {
  const ready = async () => {
    const response = await fetch(`${server.url}/readyz`);
    return [response.status, await response.text()];
  };
  const record = (name: string) =>
    server.database.system.execute(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ($1, 'x', $1, now())`,
      [name],
    );

  test('is given by a database that a newer version has migrated', async () => {
    expect(await ready()).toEqual([200, 'ready']);
    await record('9999_newer');
    expect(await ready()).toEqual([200, 'ready']);
  });

  test('does not wait for a running migration', async () => {
    if (server.database.kind === 'embedded') return expect(await ready()).toEqual([200, 'ready']);
    await server.database.transaction(async (sql) => {
      await sql.query('SELECT pg_advisory_xact_lock(72707369)');
      expect(await ready()).toEqual([200, 'ready']);
    });
  });

  test('is refused with the names of missing migrations', async () => {
    const name = '0009_superseded_alone';
    const rolledBack = (value: string) =>
      server.database.system.execute(
        `UPDATE _prisma_migrations SET rolled_back_at = ${value} WHERE migration_name = $1`,
        [name],
      );
    await rolledBack('now()');
    expect(await ready()).toEqual([503, expect.stringContaining(name)]);
    await rolledBack('NULL');
  });
});

test('an idle connection stays open for longer than a load balancer keeps its own', async () => {
  const response = await fetch(`${server.url}/healthz`);
  expect(response.headers.get('keep-alive')).toBe('timeout=65');
});

test('without its database the server answers 503 with a code, counts it, and is not ready', async () => {
  const doomed = await openTestServer();
  await doomed.database.close();
  const { status, body } = await doomed.ask('{ viewer { name } }');
  expect([status, body]).toMatchObject([503, { errors: [{ extensions: { code: 'DATABASE_UNAVAILABLE' } }] }]);
  const again = await fetch(`${doomed.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${doomed.key}`, 'content-type': 'application/json' },
    body: '{"query":"{ viewer { name } }"}',
  });
  expect([again.status, Number(again.headers.get('retry-after'))]).toEqual([503, 5]);
  const ready = await fetch(`${doomed.url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, 'The database does not answer.']);
  const metrics = await (await fetch(`${doomed.url}/metrics`)).text();
  expect(metrics).toContain('project_sync_http_requests_total{path="/graphql",status="503"} 2');
  expect(metrics).toContain('project_sync_database_up 0');
  await doomed.close().catch(() => undefined);
});
