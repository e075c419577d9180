import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { randomFrom } from '@project-sync/sync/testing';
import { openTestServer } from '../src/http/open-test-server.ts';

// Requests that nobody means well with, by HTTP, by raw sockets and by WebSocket: none may be answered with 5xx, none may
// end the process, and memory must not grow. `node apps/api/bench/malformed.ts [--requests 10000]`
const at = process.argv.indexOf('--requests');
const requests = at < 0 ? 10_000 : Number(process.argv[at + 1]);
const server = await openTestServer();
const random = randomFrom(3);
const { port } = new URL(server.url);
const junk = (length: number) => Array.from({ length }, () => String.fromCharCode(random(0x250))).join('');
const junkKey = () => `psk_${random(1e9)}`;
const query = (text: string, variables: unknown = {}) => JSON.stringify({ query: text, variables });

// Each key has a budget of its own, which would otherwise answer for the server.
const keys = await Promise.all(
  Array.from({ length: Math.ceil(requests / 500) }, async () => {
    const { body } = await server.ask(
      'mutation { createApiKey(input: { name: "one", scopes: [READ, SYNC, WRITE] }) { ... on CreateApiKeySuccess { key } } }',
    );
    return /"key":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  }),
);

const bodies: readonly (() => string)[] = [
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
  () => query('{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }'),
  () => query(`{ project(slug: "${'x'.repeat(100_000)}") { id } }`),
  () => query('{ __typename }', { deep: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) }),
  () => 'x'.repeat(1_200_000),
];
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
const statuses = new Map<number, number>();
let closed = 0;
const count = (status: number) => statuses.set(status, (statuses.get(status) ?? 0) + 1);

async function http(): Promise<void> {
  const method =
    ['POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'][random(9)] ?? 'POST';
  const path = random(4) > 0 ? '/graphql' : (paths[random(paths.length)] ?? '/graphql');
  const body = bodies[random(bodies.length)]?.() ?? '';
  try {
    const response = await fetch(`${server.url}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
      headers: {
        'content-type': random(5) > 0 ? 'application/json' : (types[random(types.length)] ?? ''),
        authorization: random(4) > 0 ? `Bearer ${keys[random(keys.length)]}` : `Bearer ${junkKey()}`,
      },
      ...(method === 'GET' ? {} : { body }),
    });
    await response.arrayBuffer();
    count(response.status);
  } catch {
    closed += 1;
  }
}

/** Bytes that are no HTTP at all, or begin well and then stop. */
function raw(): Promise<void> {
  const beginnings = [
    junk(300),
    `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"query"`,
    `POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n`,
    `GET /graphql HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(2000)}\r\n`,
    `GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n`,
  ];
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(beginnings[random(beginnings.length)] ?? '');
      setTimeout(() => socket.destroy(), 30);
    });
    socket.on('data', (data: Buffer) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1];
      if (status !== undefined) count(Number(status));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed += 1;
      resolve();
    });
  });
}

function websocket(): Promise<void> {
  const said = [
    junk(50),
    '{"type":"nonsense"}',
    '{"type":"connection_init"}{"type":"connection_init"}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}',
    'x'.repeat(2_000_000),
  ];
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
    socket.on('open', () => socket.send(said[random(said.length)] ?? ''));
    socket.on('close', () => {
      closed += 1;
      resolve();
    });
    socket.on('error', () => undefined);
    setTimeout(() => socket.terminate(), 200);
  });
}

const memory = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().rss / 1e6);
};
const rounds: number[] = [];
const begun = performance.now();
for (let sent = 0; sent < requests; sent += 50) {
  await Promise.all(
    Array.from({ length: 50 }, () => {
      const kind = random(12);
      return kind === 0 ? raw() : kind === 1 ? websocket() : http();
    }),
  );
  if (sent % Math.ceil(requests / 5 / 50 / 1) === 0 || sent + 50 >= requests) rounds.push(memory());
}
const alive = (await server.ask('{ viewer { id } }')).status;
console.log('| what | figure |\n| --- | --- |');
console.log(`| requests | ${requests} in ${Math.round((performance.now() - begun) / 1000)} s |`);
console.log(
  `| answered | ${[...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${status}: ${times}`)
    .join(', ')} |`,
);
console.log(`| connections closed without more | ${closed} |`);
const bad = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, times]) => sum + times, 0);
console.log(`| 5xx | ${bad} |`);
console.log(`| a good request afterwards | ${alive} |`);
console.log(
  `| memory of the process, server and sender together, over time (MB) | ${rounds.filter((_, index) => index % Math.ceil(rounds.length / 8) === 0).join(', ')}, ${rounds.at(-1)} |`,
);
await server.close();
process.exit(bad > 0 ? 1 : 0);
