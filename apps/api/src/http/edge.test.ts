import { createHmac, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { takeDelivery } from '@project-sync/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER_EMAIL } from '../auth/first-owner.ts';
import { openTestServer } from '../testing/open-test-server.ts';

const secret = 'webhook-'.repeat(4);
const metricsToken = 'metrics-'.repeat(3);
let server: Awaited<ReturnType<typeof openTestServer>>;
let at: string;
beforeAll(async () => {
  server = await openTestServer({
    PUBLIC_URL: 'https://sync.example',
    TRUSTED_PROXIES: 'loopback',
    METRICS_TOKEN: metricsToken,
    GITHUB_WEBHOOK_SECRET: secret,
  });
  at = `http://127.0.0.1:${server.port}`;
}, 60_000);
afterAll(() => server.close());

const from = (client: string, path: string, init: RequestInit = {}) =>
  fetch(`${at}${path}`, { ...init, headers: { ...init.headers, 'x-forwarded-for': client } });
const post = (
  client: string,
  path: string,
  { json, headers = {} }: { json: unknown; headers?: Record<string, string> },
) =>
  from(client, path, {
    method: 'POST',
    body: JSON.stringify(json),
    headers: { 'content-type': 'application/json', ...headers },
  });

test('every answer keeps a browser on HTTPS, out of frames, and from guessing types', async () => {
  for (const path of ['/healthz', '/graphql', '/sign-in/ways', '/nowhere']) {
    const { headers } = await from('9.9.9.9', path);
    expect(headers.get('strict-transport-security'), path).toContain('max-age=');
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('x-frame-options'), path).toBe('DENY');
  }
});

describe('behind a proxy', () => {
  test('a flood refuses its own address, and no other', async () => {
    const attempt = (client: string) =>
      post(client, '/api/auth/sign-in/email', { json: {}, headers: { origin: 'https://sync.example' } });
    const flood = await Promise.all(Array.from({ length: 60 }, () => attempt('6.6.6.6')));
    expect(flood.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    expect((await attempt('7.7.7.7')).status).not.toBe(429);
  });

  test("a stranger's tries with an email do not lock out its user at another address", async () => {
    const email = `known-${randomUUID()}@example.invalid`;
    const attempt = (client: string) =>
      post(client, '/api/auth/sign-in/email', {
        json: { email, password: 'wrong password' },
        headers: { origin: 'https://sync.example' },
      });
    const statuses: number[] = [];
    for (let tried = 0; tried < 12; tried += 1) statuses.push((await attempt('6.6.6.7')).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await attempt('7.7.7.8')).status).toBe(401);
  });

  test('the audit log has the address of a sign-in, not that of the proxy', async () => {
    const token = encodeURIComponent(await server.signInToken(OWNER_EMAIL));
    await from('8.8.8.8', `/api/auth/magic-link/verify?token=${token}&callbackURL=/`, { redirect: 'manual' });
    const query = '{ instance { auditLog(actions: ["signIn"]) { nodes { actor address credential } } } }';
    const headers = { authorization: `Bearer ${server.key}` };
    expect(await (await post('9.9.9.1', '/graphql', { json: { query }, headers })).text()).toContain(
      `"actor":"${OWNER_EMAIL}","address":"8.8.8.8","credential":"session `,
    );
  });
});

test('a password is changed where tries are counted, and nowhere else', async () => {
  for (const path of ['change-password', 'set-password', 'verify-password', 'update-user'])
    expect((await post('9.9.9.9', `/api/auth/${path}`, { json: {} })).status, path).toBe(404);
});

test('metrics are for the holder of their token', async () => {
  expect((await from('127.0.0.1', '/metrics')).status).toBe(404);
  const headers = { authorization: `Bearer ${metricsToken}` };
  expect(await (await from('9.9.9.9', '/metrics', { headers })).text()).toContain('project_sync_http');
});

test('without a token metrics are for this machine alone', async () => {
  const open = await openTestServer();
  expect((await fetch(`${open.url}/metrics`)).status).toBe(200);
  const passedOn = { headers: { 'x-forwarded-for': '127.0.0.1' } };
  expect((await fetch(`${open.url}/metrics`, passedOn)).status).toBe(404);
  await open.close();
});

test('GraphiQL is compressed, read again only when it changes, and framed by no page', async () => {
  const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
  const { status, fields, body } = await raw('/graphql', headers);
  expect([status, fields['content-encoding']]).toEqual([200, 'gzip']);
  expect(body.length).toBeLessThan(4_000_000);
  expect(gunzipSync(body).toString()).toContain('GraphiQL');
  expect(fields['content-security-policy']).toContain("frame-ancestors 'none'");
  const again = await raw('/graphql', { ...headers, 'if-none-match': String(fields['etag']) });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

describe('the webhook', () => {
  const push = (url: string) => JSON.stringify({ ref: 'refs/heads/main', repository: { html_url: url } });
  const send = (body: string, delivery: string, more: Record<string, string> = {}) =>
    from('140.82.112.1', '/webhooks/github', {
      method: 'POST',
      body,
      headers: {
        'x-github-event': 'push',
        'x-github-delivery': delivery,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        ...more,
      },
    });
  const repository = async (): Promise<string> => {
    const { prisma } = server.database;
    const url = `https://github.com/owner/${randomUUID()}`;
    const { id } = await prisma.project.create({ data: { slug: randomUUID(), name: 'P' } });
    await prisma.repository.create({
      data: { projectId: id, provider: 'GITHUB', url, name: 'r', defaultBranch: 'main' },
    });
    return url;
  };

  test('takes a delivery that met a fault when it comes again', async () => {
    const url = await repository();
    const body = push(url);
    const id = randomUUID();
    const broken = { sendAll: () => Promise.reject(new Error('The queue is away.')) };
    const delivery = { id, body: Buffer.from(body), url, branch: 'main', commitOid: null };
    await expect(takeDelivery(server.database, broken, delivery)).rejects.toThrow('away');
    expect(await (await send(body, id)).text()).toBe('1 started');
    expect(await (await send(body, id)).text()).toBe('seen before');
  });

  test('takes a recorded body under no other delivery', async () => {
    const body = push(await repository());
    expect(await (await send(body, randomUUID())).text()).toBe('1 started');
    expect(await (await send(body, randomUUID())).text()).toBe('seen before');
  });

  test("takes GitHub's default form", async () => {
    const body = new URLSearchParams({ payload: push(await repository()) }).toString();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await (await send(body, randomUUID(), form)).text()).toBe('1 started');
  });

  test('wakes a repository that Git itself reads from the same server, by whichever address', async () => {
    const { prisma } = server.database;
    const name = `Owner/${randomUUID()}`;
    const { id: projectId } = await prisma.project.create({ data: { slug: randomUUID(), name: 'P' } });
    const addresses = [`https://github.com/${name}.git`, `ssh://git@github.com/${name.toLowerCase()}.git`];
    await prisma.repository.createMany({
      data: [...addresses, `https://github.com/${name}-other`].map((url) => ({
        projectId,
        provider: 'GIT' as const,
        url,
        name: 'r',
        defaultBranch: 'main',
      })),
    });
    const body = push(`https://github.com/${name}`);
    expect(await (await send(body, randomUUID())).text()).toBe('2 started');
  });

  test('refuses a body without the form of a signature before it is read', async () => {
    const { status } = await raw('/webhooks/github', { 'content-length': String(24 << 20) }, 'POST');
    expect(status).toBe(401);
  });
});

test('a server that stops still answers, says that it is not ready, and closes connections', async () => {
  const stopping = await openTestServer();
  stopping.drain();
  const ready = await fetch(`${stopping.url}/readyz`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  expect((await stopping.ask('{ viewer { id } }')).status).toBe(200);
  await stopping.close();
});

interface Raw {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Sends headers alone, and reads the answer byte for byte. */
function raw(path: string, headers: Record<string, string>, method = 'GET'): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request(`${at}${path}`, { method, headers }, (response) => {
      response.toArray().then((parts: Buffer[]) => {
        resolve({ status: response.statusCode ?? 0, fields: response.headers, body: Buffer.concat(parts) });
        sent.destroy();
      }, reject);
    });
    sent.on('error', reject);
    if (method === 'GET') sent.end();
    else sent.flushHeaders();
  });
}
