import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestServer } from '../testing/open-test-server.ts';
import { schema } from '../schema/schema.ts';
import { tools } from './tools.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let repository = '';

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', { 'greet.ts': 'export function greetPolitely() {\n  return 1;\n}\n' });
  const made = await server.ask(
    'mutation { createProject(input: { name: "Tools", slug: "tools" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  const projectId = idIn(made.body);
  const connected = await server.ask(
    'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { input: { projectId, provider: 'GIT', url: at.path } },
  );
  repository = idIn(connected.body);
}, 60_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

const idIn = (body: unknown): string => /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';

/** A client that any model's host would use, with a key of these scopes. */
async function connect(scopes?: string): Promise<Client> {
  const made =
    scopes === undefined
      ? null
      : await server.ask(
          `mutation { createApiKey(input: { name: "model", scopes: [${scopes}] }) { ... on CreateApiKeySuccess { key } } }`,
        );
  const key = made === null ? server.key : (/"key":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1] ?? '');
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    }),
  );
  return client;
}

async function call(client: Client, name: string, input: Record<string, unknown>) {
  const { content, isError } = z
    .object({ content: z.array(z.object({ text: z.string() })), isError: z.boolean().optional() })
    .parse(await client.callTool({ name, arguments: input }));
  return { text: content[0]?.text ?? '', isError: isError ?? false };
}

test.each(tools)('what $name asks is valid', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([]);
});

test('a model syncs, searches and reads with the rights of its key', async () => {
  const client = await connect();
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('search_memory');
  expect((await call(client, 'list_projects', {})).text).toContain('tools');
  expect((await call(client, 'start_sync', { repository })).isError).toBe(false);
  await expect
    .poll(async () => (await call(client, 'sync_status', { project: 'tools' })).text, { timeout: 30_000 })
    .toContain('COMPLETED');
  expect((await call(client, 'search_memory', { project: 'tools', query: 'greet politely' })).text).toContain(
    'greet.ts',
  );
  expect((await call(client, 'read_file', { repository, path: 'greet.ts' })).text).toContain('greetPolitely');
  const was = z
    .array(z.object({ id: z.string() }))
    .parse(JSON.parse((await call(client, 'sync_status', { project: 'tools' })).text))[0]?.id;
  at.commit('main', { 'greet.ts': null, 'warm.ts': 'export const warmly = 2;\n' });
  await call(client, 'start_sync', { repository });
  await expect
    .poll(async () => (await call(client, 'read_file', { repository, path: 'warm.ts' })).text, {
      timeout: 30_000,
    })
    .toContain('warmly');
  const file = { repository, path: 'greet.ts' };
  expect(await call(client, 'read_file', file)).toMatchObject({ isError: true });
  expect((await call(client, 'read_file', { ...file, asOf: was })).text).toContain('greetPolitely');
  expect(await call(client, 'read_file', { ...file, repository: 'elsewhere', asOf: was })).toMatchObject({
    isError: true,
  });
  const past = z
    .object({ totalCount: z.number(), nodes: z.array(z.object({ supersededBy: z.unknown() })) })
    .parse(JSON.parse((await call(client, 'file_history', { ...file, asOf: was })).text));
  expect(past).toMatchObject({ totalCount: 1, nodes: [{ supersededBy: expect.any(Object) as object }] });
  const now = await call(client, 'file_history', { repository, path: 'warm.ts', branch: 'main' });
  expect(now.text).toContain('"supersededBy": null');
  expect((await call(client, 'list_branches', { project: 'tools' })).text).toContain('UP_TO_DATE');
  expect(await call(client, 'sync_status', { project: 'unknown' })).toMatchObject({ isError: true });
  await client.close();
}, 60_000);

test('a key that may only look starts nothing', async () => {
  const client = await connect('READ');
  expect((await call(client, 'list_projects', {})).isError).toBe(false);
  expect(await call(client, 'start_sync', { repository })).toMatchObject({ isError: true });
  await client.close();
});

test('a request without a key or from a foreign page is refused', async () => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const post = (more: Record<string, string>, text = body) =>
    fetch(`${server.url}/mcp`, { method: 'POST', headers: { ...headers, ...more }, body: text });
  expect((await post({})).status).toBe(401);
  const authorization = `Bearer ${server.key}`;
  expect((await post({ authorization, origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await post({ authorization }, '{nonsense')).status).toBe(400);
  expect((await post({ authorization }, ' '.repeat(2 << 20))).status).toBe(413);
  expect((await post({ authorization })).status).toBe(200);
});
