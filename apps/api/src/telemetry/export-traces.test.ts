import { createServer, type Server } from 'node:http';
import { createRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer } from '../testing/open-test-server.ts';
import { exportTraces } from './export-traces.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { key: string; value: object }[];
  readonly events?: readonly { name: string; attributes: readonly { key: string; value: object }[] }[];
}

const received: { path: string; body: string }[] = [];
let collector: Server;
let server: Awaited<ReturnType<typeof openTestServer>>;
let spans: Span[] = [];
const sender = { trace: 'ab'.repeat(16), span: 'cd'.repeat(8) };

/** A traced server answers, syncs a repository and stops; by then everything has been exported. */
beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const address = collector.address();
  const stop = exportTraces(`http://127.0.0.1:${address instanceof Object ? address.port : 0}/`);
  server = await openTestServer();
  await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.key}`,
      'content-type': 'application/json',
      traceparent: `00-${sender.trace}-${sender.span}-01`,
    },
    body: JSON.stringify({ query: 'query Mine { viewer { email } }' }),
  });
  const at = await createRepository();
  at.commit('main', { 'a.ts': 'export const a = 1;\n' });
  const id = async (query: string, input: object) => {
    const { body } = await server.ask(query, { input });
    return /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  };
  const projectId = await id(
    'mutation ($input: CreateProjectInput!) { createProject(input: $input) { ... on CreateProjectSuccess { project { id } } } }',
    { name: 'traced' },
  );
  const repositoryId = await id(
    'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { projectId, provider: 'GIT', url: at.path },
  );
  const syncId = await id(
    'mutation ($input: StartSyncInput!) { startSync(input: $input) { ... on StartSyncSuccess { sync { id } } } }',
    { repositoryId },
  );
  const events = await server.follow('subscription ($id: ID!) { syncProgress(syncId: $id) { status } }', {
    id: syncId,
  });
  expect(events).toContain('COMPLETED');
  await server.ask(
    'query Find ($id: ID!) { node(id: $id) { ... on Project { search(query: "one constant", mode: HYBRID) { totalCount } } } }',
    { id: projectId },
  );
  await server.close();
  await stop();
  await at.remove();
  spans = received.flatMap(({ body }) => {
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  });
});
afterAll(() => void collector.close());

const named = (name: string) => spans.find((span) => span.name === name);

test('a request is a child of its sender, and its operation a child of the request', () => {
  expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
  const operation = named('query Mine');
  const request = spans.find(({ spanId }) => spanId === operation?.parentSpanId);
  expect(operation?.traceId).toBe(sender.trace);
  expect(request).toMatchObject({ name: 'POST /graphql', parentSpanId: sender.span, traceId: sender.trace });
  expect(request?.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 200 } });
});

/** The spans above a span, from the outermost to itself, by name. */
function pathOf(span: Span | undefined): string[] {
  if (span === undefined) return [];
  const above = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...pathOf(above), span.name];
}
const underneath = (span: Span | undefined) =>
  spans.filter(
    (each) => span !== undefined && each !== span && pathOf(each).length > 0 && isBelow(each, span),
  );
function isBelow(span: Span, top: Span): boolean {
  const above = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return above !== undefined && (above === top || isBelow(above, top));
}

test('a sync is one trace from the request through the queue to its phases, statements, source and embedder', () => {
  const sync = named('sync');
  const above = pathOf(sync).slice(0, -1);
  expect(above).toEqual(['POST /graphql', 'mutation']);
  expect(pathOf(named('queue sync'))).toEqual([...above, 'queue sync']);
  const phases = spans.filter(
    ({ name, parentSpanId }) => name.startsWith('phase ') && parentSpanId === sync?.spanId,
  );
  expect(phases.map(({ name }) => name)).toEqual(
    ['PREPARE', 'SCAN', 'IMPORT', 'FINALIZE', 'ANALYZE', 'DOCUMENT', 'CONSOLIDATE', 'AXIOM', 'EMBED'].map(
      (phase) => `phase ${phase}`,
    ),
  );
  const inPhase = (phase: string) => underneath(named(`phase ${phase}`)).map(({ name }) => name);
  expect(inPhase('PREPARE')).toContain('source head');
  expect(inPhase('SCAN')).toContain('source trees');
  expect(inPhase('IMPORT')).toEqual(expect.arrayContaining(['source blobs', 'INSERT blob']));
  expect(inPhase('FINALIZE').some((name) => name.startsWith('UPDATE '))).toBe(true);
  expect(inPhase('EMBED')).toContain('embed');
  expect(new Set([sync, ...underneath(sync)].map((span) => span?.traceId)).size).toBe(1);
});

test('a search is one trace from the request to the embedding of its question and its statements', () => {
  const search = named('query Find');
  const below = underneath(search);
  const embed = below.find(({ name }) => name === 'embed');
  expect(embed?.attributes).toContainEqual({ key: 'project_sync.purpose', value: { stringValue: 'query' } });
  expect(below.some(({ name }) => name.startsWith('SELECT '))).toBe(true);
  expect(pathOf(search)).toEqual(['POST /graphql', 'query Find']);
});

test('a worker that only looks for work makes no traces of it', () => {
  const roots = spans.filter(
    ({ spanId }) => pathOf(spans.find((span) => span.spanId === spanId)).length === 1,
  );
  expect(roots.filter(({ name }) => !/^(POST|GET|websocket) /.test(name)).map(({ name }) => name)).toEqual(
    [],
  );
});

test('a sync is one span with an event for each phase', () => {
  const phases = named('sync')?.events?.flatMap(({ attributes }) =>
    attributes.flatMap(({ key, value }) =>
      key === 'phase' ? [Reflect.get(value, 'stringValue') as unknown] : [],
    ),
  );
  expect(phases?.[0]).toBe('PREPARE');
  expect(phases).toContain('IMPORT');
  expect(phases).toContain('FINALIZE');
});

test('the service is named, and neither keys nor queries are exported', () => {
  const sent = received.map(({ body }) => body).join('\n');
  expect(sent).toContain('"stringValue":"project-sync"');
  expect(sent).not.toContain(server.key);
  expect(sent).not.toContain('viewer { email }');
});
