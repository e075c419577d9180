import { rm } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

const friend = 'https://dashboard.example.org';
let server: Awaited<ReturnType<typeof openTestServer>>;
let gone: TestRepository;
let there: TestRepository;

beforeAll(async () => {
  server = await openTestServer({ CORS_ORIGINS: friend });
  [gone, there] = await Promise.all([createRepository(), createRepository()]);
  for (const repository of [gone, there]) repository.commit('main', { 'a.ts': 'export const a = 1;\n' });
  await connectRepository(server, { project: 'Gone', path: gone.path });
  await connectRepository(server, { project: 'There', path: there.path });
  await rm(gone.path, { recursive: true });
}, 60_000);
afterAll(async () => {
  await server.close();
  await there.remove();
});

test('a repository whose source fails leaves the rest of the answer as it is', async () => {
  const { body } = await server.ask(
    '{ projects(first: 10) { nodes { slug repositories { nodes { name branches(first: 1) { nodes { name } } keptBranches { totalCount } } } } } }',
  );
  expect(body).toMatchObject({
    data: {
      projects: {
        nodes: [
          { slug: 'there', repositories: { nodes: [{ branches: { nodes: [{ name: 'main' }] } }] } },
          { slug: 'gone', repositories: { nodes: [{ branches: null, keptBranches: { totalCount: 0 } }] } },
        ],
      },
    },
    errors: [
      {
        path: ['projects', 'nodes', 1, 'repositories', 'nodes', 0, 'branches'],
        extensions: { code: 'PATH_NOT_ALLOWED' },
      },
    ],
  });
});

test('a key without ADMIN gets the project without its keys, and the rights that the key gives', async () => {
  const made = await server.ask(
    'mutation { createApiKey(input: { name: "r", scopes: [SYNC] }) { ... on CreateApiKeySuccess { key } } }',
  );
  const key = /"key":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1] ?? '';
  const query =
    '{ project(slug: "there") { name webUrl apiKeys { name } viewerCanSync viewerCanWrite viewerCanAdminister } }';
  expect((await server.ask(query, {}, key)).body).toMatchObject({
    data: {
      project: {
        name: 'There',
        webUrl: `${server.url}/p/there`,
        apiKeys: null,
        viewerCanSync: true,
        viewerCanWrite: false,
        viewerCanAdminister: false,
      },
    },
    errors: [{ path: ['project', 'apiKeys'], extensions: { code: 'FORBIDDEN' } }],
  });
  expect((await server.ask(query)).body).toMatchObject({
    data: { project: { viewerCanSync: true, viewerCanWrite: true, viewerCanAdminister: true } },
  });
});

test('a search that fails is null with its reason, beside the project', async () => {
  const { body } = await server.ask(
    '{ project(slug: "there") { name search(query: "path:") { totalCount } } }',
  );
  expect(body).toMatchObject({
    data: { project: { name: 'There', search: null } },
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test('the instance names its version, providers and limits', async () => {
  const { body } = await server.ask(
    '{ instance { id version database providers limits { pageSize cost requests } } }',
  );
  expect(body).toMatchObject({
    data: {
      instance: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
        database: process.env['TEST_DATABASE_URL'] === undefined ? 'embedded' : 'postgres',
        providers: ['GITHUB', 'GIT'],
        limits: { pageSize: 100, cost: 500_000, requests: 1200 },
      },
    },
  });
});

/** Sends a request with headers that `fetch` does not let a program set. */
function send(
  headers: Record<string, string>,
  body: string | null = '{"query":"{ viewer { id } }"}',
): Promise<{ status: number; headers: IncomingMessage['headers']; bytes: Buffer }> {
  const method = body === null ? 'OPTIONS' : 'POST';
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${server.url}/graphql`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    sent.on('error', reject).end(body);
  });
}
const json = { 'content-type': 'application/json' };

test('pages of a listed origin may call with a key, and never as the visitor', async () => {
  const asked = await send(
    {
      origin: friend,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
    null,
  );
  expect([asked.status, asked.headers]).toMatchObject([
    204,
    { 'access-control-allow-origin': friend, 'access-control-allow-headers': 'authorization' },
  ]);
  expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
  const answered = await send({ ...json, origin: friend, authorization: `Bearer ${server.key}` });
  expect(answered).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': friend } });
  const follow = (path: string) =>
    fetch(new URL(path, server.url), { redirect: 'manual', headers: { origin: server.url } });
  const redirect = await follow(`/sign-in?token=${await server.signInToken()}`);
  const link = await follow(redirect.headers.get('location') ?? '');
  const cookie = link.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  const viewer = async (headers: Record<string, string>) =>
    JSON.parse(String((await send({ ...json, ...headers, cookie })).bytes)) as unknown;
  expect(await viewer({})).toMatchObject({ data: { viewer: { id: expect.any(String) as string } } });
  expect(await viewer({ origin: friend })).toMatchObject({ data: { viewer: null } });
  expect(await send({ ...json, origin: 'https://elsewhere.example.org' })).toMatchObject({ status: 403 });
});

test('long answers are compressed as the client asks, and short ones are not', async () => {
  const query = JSON.stringify({ query: '{ __schema { types { name description } } }' });
  const key = { authorization: `Bearer ${server.key}` };
  const plain = await send({ ...json, ...key }, query);
  expect(plain.headers).not.toHaveProperty('content-encoding');
  const br = await send({ ...json, ...key, 'accept-encoding': 'gzip, br' }, query);
  expect(br.headers).toMatchObject({
    'content-encoding': 'br',
    vary: expect.stringContaining('accept-encoding') as string,
  });
  expect(brotliDecompressSync(br.bytes).equals(plain.bytes)).toBe(true);
  expect(br.bytes.length * 3).toBeLessThan(plain.bytes.length);
  const gzip = await send({ ...json, ...key, 'accept-encoding': 'gzip, br;q=0' }, query);
  expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
  const short = await send({ ...json, ...key, 'accept-encoding': 'br' });
  expect(short.headers).not.toHaveProperty('content-encoding');
});

test('a request takes its cost from the budget, and every answer says when the budget is full again', async () => {
  const remaining = async (query: string, name: string) => {
    const made = await server.ask(
      `mutation { createApiKey(input: { name: "${name}", scopes: [READ] }) { ... on CreateApiKeySuccess { key } } }`,
    );
    const key = /"key":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1] ?? '';
    const headers = { ...json, authorization: `Bearer ${key}`, 'x-request-id': 'mine-1' };
    // The first request of a key counts for its address, as the key is not known to be valid yet.
    await send(headers);
    await send(headers, JSON.stringify({ query }));
    const { headers: answer } = await send(headers);
    expect(answer['x-request-id']).toBe('mine-1');
    expect(Number(answer['x-ratelimit-reset']) * 1000).toBeGreaterThan(Date.now());
    return Number(answer['x-ratelimit-remaining']);
  };
  const cheap = await remaining('{ viewer { id } }', 'cheap');
  const costly = await remaining(
    '{ projects(first: 100) { nodes { repositories(first: 20) { nodes { keptBranches(first: 100) { nodes { id } } } } } } }',
    'costly',
  );
  // 100 × 20 × 100 rows cost 200,000 and more: 40 requests of the budget.
  expect(cheap - costly).toBeGreaterThan(30);
});
