import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { connectRepository } from '../../testing/connected-repository.ts';
import { openTestServer } from '../../testing/open-test-server.ts';
import { readExposition, type Samples } from '../read-exposition.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let embedder: Server;
let isEmbedderDown = false;
let before: Samples;
let after: Samples;
let projectId = '';

const scrape = async (): Promise<Samples> =>
  readExposition(await (await fetch(`${server.url}/metrics`)).text());

/** An embedder with OpenAI's API, which counts ten tokens a text. */
async function openEmbedderServer(): Promise<string> {
  embedder = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      if (isEmbedderDown) return void response.writeHead(401).end();
      const data = input.map((_text, index) => ({ index, embedding: [1, index] }));
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data, usage: { total_tokens: input.length * 10 } }));
    });
  });
  await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve));
  const address = embedder.address();
  return `http://127.0.0.1:${address instanceof Object ? address.port : 0}/v1`;
}

async function search(query: string, mode: string): Promise<void> {
  const { body } = await server.ask(
    'query ($id: ID!, $q: String!, $mode: SearchMode!) { node(id: $id) { ... on Project { search(query: $q, mode: $mode) { totalCount } } } }',
    { id: projectId, q: query, mode },
  );
  expect(body).not.toHaveProperty('errors');
}

beforeAll(async () => {
  const url = await openEmbedderServer();
  server = await openTestServer({
    EMBEDDING_PROVIDER: 'openai',
    EMBEDDING_BASE_URL: url,
    EMBEDDING_MODEL: 'm',
    LOCAL_REPOSITORIES: tmpdir(),
  });
  at = await createRepository();
  at.commit('main', { 'a.ts': 'export const answer = 42;\n', 'b.md': '# Words\n\nSome words.\n' });
  before = await scrape();
  const repository = await connectRepository(server, { project: 'measured', path: at.path });
  const sync = await repository.sync();
  const { body } = await server.ask('{ projects(first: 1) { nodes { id } } }');
  projectId = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  await search('answer', 'KEYWORD');
  await search('words about an answer', 'HYBRID');
  isEmbedderDown = true;
  await search('another question', 'HYBRID');
  isEmbedderDown = false;
  await at.remove();
  await repository.sync('main');
  expect(sync).not.toBe('');
  // The last event of a sync comes before its worker is done with it.
  after = await vi.waitFor(async () => {
    const samples = await scrape();
    expect(samples.get('project_sync_syncs_in_progress')).toBe(0);
    return samples;
  }, 15_000);
});
afterAll(async () => {
  embedder.close();
  await server.close();
});

/** How much a sample grew, by its name with its labels. */
const grown = (sample: string): number => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);

test('every family has a help and a type, a name by the conventions, and few samples', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({
    name,
    type,
  }));
  const own = families.filter(({ name }) => name.startsWith('project_sync_'));
  expect(own.length).toBeGreaterThan(35);
  for (const { name, type } of own) {
    expect(text).toContain(`# HELP ${name} `);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    const samples = [...after.keys()].filter((sample) => sample.startsWith(name));
    expect([name, samples.length < 200]).toEqual([name, true]);
  }
  // A label with an ID, an address or a name of a project would grow with the data.
  expect(text).not.toContain('measured');
  expect(text).not.toContain(tmpdir());
});

test('a sync moves its counters: result, wait, phases and files', () => {
  expect(grown('project_sync_syncs_total{trigger="MANUAL",result="completed"}')).toBe(1);
  expect(grown('project_sync_syncs_total{trigger="MANUAL",result="failed"}')).toBe(1);
  expect(grown('project_sync_sync_failures_total{code="PATH_NOT_ALLOWED"}')).toBe(1);
  expect(grown('project_sync_sync_duration_seconds_count{result="completed"}')).toBe(1);
  expect(grown('project_sync_sync_wait_seconds_count')).toBe(2);
  for (const phase of ['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE', 'ANALYZE', 'EMBED'])
    expect([phase, grown(`project_sync_sync_phase_duration_seconds_count{phase="${phase}"}`)]).toEqual([
      phase,
      phase === 'PREPARE' ? 2 : 1,
    ]);
  expect(grown('project_sync_sync_phase_failures_total{phase="PREPARE"}')).toBe(1);
  expect(grown('project_sync_sync_files_total{change="added"}')).toBe(2);
  expect(after.get('project_sync_syncs_in_progress')).toBe(0);
});

test('a sync moves what is counted of its source, its embedder and the database', () => {
  expect(grown('project_sync_source_calls_total{provider="GIT",call="head",result="ok"}')).toBeGreaterThan(0);
  expect(grown('project_sync_source_call_duration_seconds_count{provider="GIT",call="blobs"}')).toBe(1);
  expect(grown('project_sync_source_requests_total{provider="GIT"}')).toBeGreaterThan(0);
  expect(grown('project_sync_embedder_texts_total{purpose="passage"}')).toBeGreaterThan(0);
  expect(grown('project_sync_embedder_tokens_total')).toBeGreaterThanOrEqual(20);
  expect(grown('project_sync_embedder_requests_total{result="ok"}')).toBeGreaterThan(1);
  expect(grown('project_sync_embedder_request_duration_seconds_count')).toBeGreaterThan(1);
  expect(grown('project_sync_sql_statements_total')).toBeGreaterThan(50);
  expect(grown('project_sync_sql_duration_seconds_count')).toBeGreaterThan(50);
  expect(after.get('project_sync_database_up')).toBe(1);
  expect(after.get('project_sync_database_connections_max')).toBeGreaterThanOrEqual(1);
  expect(after.get('project_sync_queue_depth{queue="sync"}')).toBe(0);
  expect(after.get('project_sync_queue_oldest_age_seconds{queue="sync"}')).toBe(0);
  expect(after.get('project_sync_workers')).toBe(1);
});

test('searches are counted by mode, and those that had to do without a vector', () => {
  expect(grown('project_sync_searches_total{mode="KEYWORD",result="ok"}')).toBe(1);
  expect(grown('project_sync_searches_total{mode="HYBRID",result="ok"}')).toBe(2);
  expect(grown('project_sync_search_duration_seconds_count{mode="HYBRID"}')).toBe(2);
  expect(grown('project_sync_searches_degraded_total{reason="failed"}')).toBe(1);
  expect(grown('project_sync_embedder_errors_total{code="EMBEDDER_REFUSED"}')).toBe(1);
});

test('requests, the version and the lag of the event loop are there', () => {
  expect(grown('project_sync_http_requests_total{path="/graphql",status="200"}')).toBeGreaterThan(5);
  expect(grown('project_sync_http_request_duration_seconds_count{path="/graphql"}')).toBeGreaterThan(5);
  expect([...after.keys()].filter((name) => name.startsWith('project_sync_build_info'))).toHaveLength(1);
  expect(after.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
});

test('subscribers are counted while they follow, by transport', async () => {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${server.key}` },
  });
  const stop = client.subscribe(
    {
      query: 'subscription ($id: ID!) { projectActivity(projectId: $id) { __typename } }',
      variables: { id: projectId },
    },
    { next: () => undefined, error: () => undefined, complete: () => undefined },
  );
  const followers = async () => (await scrape()).get('project_sync_subscribers{transport="websocket"}');
  await expect.poll(followers, { timeout: 15_000 }).toBe(1);
  stop();
  await expect.poll(followers, { timeout: 15_000 }).toBe(0);
  await client.dispose();
});
