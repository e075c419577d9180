import { buildSchema, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { schema } from '../schema/schema.ts';
import { webDocuments } from '../testing/web-documents.ts';
import { MOST_COST } from './limit-cost.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { queryCost } from './query-cost.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const page = (first: number, inner: string) => `(first: ${first}) { nodes { ${inner} } }`;
const nested = (first: number) =>
  `projects${page(first, `repositories${page(first, `syncs${page(first, 'id')}`)}`)}`;

describe('a document over a limit', () => {
  test.each([
    ['DOCUMENT_TOO_DEEP', 24, `{ ${'repositories { nodes { project { '.repeat(9)} id ${'} } }'.repeat(9)} }`],
    [
      'TOO_MANY_ALIASES',
      100,
      `{ ${Array.from({ length: 101 }, (_, at) => `a${at}: viewer { id }`).join(' ')} }`,
    ],
    ['TOO_MANY_DIRECTIVES', 50, `{ viewer { id ${'@include(if: true) '.repeat(51)} } }`],
    ['TOO_MANY_TOKENS', 5000, `{ ${'__typename '.repeat(5001)} }`],
    ['QUERY_TOO_COSTLY', MOST_COST, `{ ${nested(100)} }`],
    ['QUERY_TOO_COSTLY', MOST_COST, `{ node(id: "none") { id } ${nested(100)} }`],
    ['QUERY_TOO_COSTLY', MOST_COST, `query ($n: Int = 100) { ${nested(100).replaceAll('100', '$n')} }`],
    ['QUERY_TOO_COSTLY', MOST_COST, `query A { __typename } query B { ${nested(100)} }`],
  ])('is refused with %s and the limit', async (code, limit, query) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
      body: JSON.stringify({ query, ...(query.includes('query B') ? { operationName: 'B' } : {}) }),
    });
    const body: unknown = await response.json();
    expect(body).toMatchObject({ errors: [{ extensions: { code, limit } }] });
    expect(body).not.toHaveProperty('data');
  });
});

describe('what a request costs', () => {
  const lists = buildSchema(`
    type Query { one: Row rows(first: Int, last: Int): RowConnection! nodes(ids: [ID!]!): [Row]! all: [Row!]! }
    type RowConnection { nodes: [Row!]! totalCount: Int! }
    type Row { id: ID! rows(first: Int): RowConnection! }`);
  test.each([
    ['{ one { id } }', 2],
    ['{ rows(first: 7) { nodes { id } } }', 1 + 7 * 2],
    ['{ rows(last: 7) { nodes { id } totalCount } }', 1 + 7 * 3],
    ['{ rows { nodes { id } } }', 1 + 20 * 2],
    ['{ rows(first: 1000000) { nodes { id } } }', 1 + 100 * 2],
    ['{ rows(first: 0) { nodes { id } } }', 1],
    ['{ rows(first: 5) { nodes { rows(first: 3) { nodes { id } } } } }', 1 + 5 * (1 + (1 + 3 * 2))],
    ['query ($n: Int!) { rows(first: $n) { nodes { id } } }', 1 + 9 * 2],
    ['query ($m: Int = 4) { rows(first: $m) { nodes { id } } }', 1 + 4 * 2],
    ['{ nodes(ids: ["a", "b", "c"]) { id } }', 1 + 3],
    ['{ all { id } }', 1 + 10],
    ['{ one { ...F ...F } } fragment F on Row { id ... on Row { id } }', 1 + 4],
  ])('%s: %i', (text, cost) => {
    expect(queryCost({ schema: lists, document: parse(text), variableValues: { n: 9 } })).toBe(cost);
  });

  test('is counted quickly, even if fragments spread fragments', () => {
    const fragments = Array.from(
      { length: 200 },
      (_, at) => `fragment F${at} on Row { ${at === 199 ? 'id' : `...F${at + 1} `.repeat(3)} }`,
    );
    const document = parse(`{ one { ...F0 } } ${fragments.join('\n')}`);
    expect(queryCost({ schema: lists, document })).toBe(1e9);
  });

  test('keeps each document of the web app far from the limit', () => {
    const documents = webDocuments();
    expect(documents.length).toBeGreaterThan(20);
    for (const { name, text } of documents) {
      // A page size from a variable counts as the largest; required variables are made optional.
      const document = parse(
        text.replaceAll(/(first|last): \$\w+/g, '$1: 100').replaceAll(/!(?=[,)=\s])/g, ''),
      );
      expect([name, queryCost({ schema, document })]).toEqual([name, expect.toSatisfy(sensible)]);
    }
    function sensible(cost: number): boolean {
      return cost > 0 && cost < MOST_COST / 20;
    }
  });
});

describe('the text of one answer', () => {
  const codes = (body: unknown) => /"code":"([A-Z_]+)"/.exec(JSON.stringify(body))?.[1];

  test('has a limit, however cheap its fields are', async () => {
    const made = await server.ask(
      'mutation { createProject(input: { name: "Long texts" }) { ... on CreateProjectSuccess { project { id } } } }',
    );
    const projectId = /"id":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1];
    const put = await server.ask(
      'mutation ($p: ID!, $c: String!) { putDocument(input: { projectId: $p, title: "long", content: $c }) { ... on PutDocumentSuccess { document { id } } ... on Error { code } } }',
      { p: projectId, c: 'word '.repeat(199_000) },
    );
    const id = /"id":"([^"]+)"/.exec(JSON.stringify(put.body))?.[1];
    const times = (count: number) =>
      server.ask(
        `query ($id: ID!) { ${Array.from({ length: count }, (_, at) => `a${at}: node(id: $id) { ... on Document { content } }`).join(' ')} }`,
        { id },
      );
    expect(codes((await times(5)).body)).toBeUndefined();
    const { body } = await times(12);
    expect(codes(body)).toBe('ANSWER_TOO_LARGE');
    expect(JSON.stringify(body).length).toBeLessThan(11_000_000);
  }, 30_000);

  test('costs what its fields do: a verification is worth thousands of names', () => {
    const verifications = `{ ${Array.from({ length: 50 }, (_, at) => `a${at}: node(id: "x") { ... on Branch { verification { commitOid } } }`).join(' ')} }`;
    expect(queryCost({ schema, document: parse(verifications) })).toBeGreaterThan(MOST_COST);
  });

  test('costs more where a search compares a pattern with every passage', () => {
    const cost = (query: string) =>
      queryCost({
        schema,
        document: parse('query ($q: String!) { project(slug: "x") { search(query: $q) { totalCount } } }'),
        variableValues: { q: query },
      });
    expect(cost('a berth in src/harbour/quay.ts')).toBe(121);
    for (const query of ['/(a|b)+c/', 'berth /quay/ -word']) expect(cost(query)).toBe(10_121);
    const many = Array.from({ length: 60 }, (_, at) => `a${at}: search(query: "/(a|b)+c/") { totalCount }`);
    const document = parse(`{ project(slug: "x") { ${many.join(' ')} } }`);
    expect(queryCost({ schema, document })).toBeGreaterThan(MOST_COST);
  });
});

describe('the budget', () => {
  test('is in every response, and can be queried', async () => {
    const { body } = await server.ask('{ rateLimit { limit remaining cost costLimit resetAt } }');
    expect(body).toMatchObject({
      data: { rateLimit: { limit: 1200, cost: 6, costLimit: MOST_COST } },
      extensions: { cost: 6, costLimit: MOST_COST },
    });
  });

  test('refuses with 429 and Retry-After over HTTP and RATE_LIMITED on a socket, per key', async () => {
    const { body } = await server.ask(
      'mutation { createApiKey(input: { name: "busy", scopes: [READ] }) { ... on CreateApiKeySuccess { key } } }',
    );
    const key = /"key":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const send = () =>
      fetch(`${server.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
    let refused: Response | null = null;
    for (let sent = 0; refused === null && sent < 3000; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, send));
      refused = answers.find(({ status }) => status === 429) ?? null;
    }
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused?.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(await refused?.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect(await overSocket(key, 60)).toContain('"code":"RATE_LIMITED"');
    expect(await server.ask('{ __typename }')).toMatchObject({ status: 200 });
  });

  test('is shared by all invented keys of an address, without limiting valid keys', async () => {
    const send = (text: string) => server.ask('{ __typename }', {}, `psk_${text}`);
    let status = 401;
    for (let sent = 0; status === 401 && sent < 3000; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send(`${sent + index}`)));
      status = Math.max(...answers.map((answer) => answer.status));
    }
    expect(status).toBe(429);
    expect(await server.ask('{ __typename }')).toMatchObject({ status: 200 });
  });
});

/** Sends queries over one socket, and returns the responses. */
async function overSocket(key: string, times: number): Promise<string> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: string[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject).on('close', () => resolve());
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } })),
    );
    socket.on('message', (data: Buffer) => {
      const message = data.toString();
      if (/"(next|error)"/.test(message)) heard.push(message);
      if (heard.length < times) {
        const payload = { query: '{ __typename }' };
        if (!message.includes('"complete"'))
          socket.send(JSON.stringify({ type: 'subscribe', id: `q${heard.length}`, payload }));
      } else resolve();
    });
  });
  socket.close();
  return heard.join('\n');
}
