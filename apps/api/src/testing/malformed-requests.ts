type Junk = (length: number) => string;
type Makers = readonly (() => string)[];

const query = (text: string, variables: unknown = {}) => JSON.stringify({ query: text, variables });

/** Requests that no well-meaning client sends. Each is made anew when it is called for. */
export function malformedRequests(random: (below: number) => number) {
  const junk: Junk = (length) => Array.from({ length }, () => String.fromCharCode(random(0x250))).join('');
  return { bodies: bodies(junk), types, paths, beginnings: beginnings(junk), said: messages(junk) };
}

function bodies(junk: Junk): Makers {
  return [
    () => '',
    () => '{',
    () => 'null',
    () => '[]',
    () => `[${query('{ __typename }')},${query('{ __typename }')}]`,
    () => junk(200),
    () => query(junk(300)),
    () => query('{ a b c'),
    () => query('query ($a: Int!) { __typename }', { a: { b: [junk(20)] } }),
    () => query('query ($a: ID!) { node(id: $a) { id } }', { a: junk(100) }),
    () =>
      query('query ($a: ID!) { node(id: $a) { id } }', {
        a: Buffer.from(`ProjectSync:${junk(30)}`).toString('base64'),
      }),
    () => query(`{ ${Array.from({ length: 2000 }, (_, index) => `a${index}: __typename`).join(' ')} }`),
    () => query(`${'{ node(id: "x") '.repeat(2000)}${'}'.repeat(2000)}`),
    () => query('{ projects(first: 101) { totalCount } }'),
    () => query('{ projects(first: -1) { totalCount } }'),
    () => query('{ projects(first: 99999999999999) { totalCount } }'),
    () => query(`{ projects(after: ${JSON.stringify(junk(50))}) { totalCount } }`),
    () => query('{ project(slug: "\\u0000\\ud800") { id } }'),
    () => query('mutation { createProject(input: { name: "\\u0000" }) { __typename } }'),
    () => query('mutation { createProject(input: { __proto__: { name: "x" } }) { __typename } }'),
    () => '{"query":"{ __typename }","query":"{ a }","__proto__":{"x":1},"constructor":{"prototype":{}}}',
    () => query('query A { __typename } query B { __typename }'),
    () => query('fragment F on Query { ...F } { ...F }'),
    () => query(`{ __typename ${'@skip(if: false) '.repeat(200)} }`),
    () => query('subscription { syncProgress(syncId: "x") { sequence } }'),
    () =>
      query('{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }'),
    () => query(`{ project(slug: "${'x'.repeat(100_000)}") { id } }`),
    () => query('{ __typename }', { deep: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown }),
    () => 'x'.repeat(1_200_000),
  ];
}

const types = [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  '',
];

const paths = [
  '/graphql',
  '/graphql?query={__typename}',
  '/graphql?query=%00',
  '/mcp',
  '/raw/../../etc/passwd',
  '/raw/%00',
  '/webhooks/github',
  `/${'a'.repeat(5000)}`,
  '/sign-in?token=%ff',
  '/invitation?token=%00',
];

/** Bytes that are not HTTP, or that start a request and never finish it. */
function beginnings(junk: Junk): Makers {
  return [
    () => junk(300),
    () =>
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"query"`,
    () => `POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n`,
    () => `GET /graphql HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(2000)}\r\n`,
    () =>
      `GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n`,
  ];
}

/** Messages on a socket that break its protocol. */
function messages(junk: Junk): Makers {
  return [
    () => junk(50),
    () => '{"type":"nonsense"}',
    () => '{"type":"connection_init"}{"type":"connection_init"}',
    () => '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}',
    () => 'x'.repeat(2_000_000),
  ];
}
