import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { randomFrom } from '@project-sync/sync/testing';
import { openTestServer } from '../src/testing/open-test-server.ts';
import { malformedRequests } from '../src/testing/malformed-requests.ts';

// Sends malformed requests by HTTP, raw sockets and WebSocket: none may get a 5xx or end the process, and memory must
// not grow. `node apps/api/bench/malformed.ts [--requests 10000]`
const at = process.argv.indexOf('--requests');
const requests = at < 0 ? 10_000 : Number(process.argv[at + 1]);
const server = await openTestServer();
const random = randomFrom(3);
const { port } = new URL(server.url);
const { bodies, types, paths, beginnings, said } = malformedRequests(random);
const junkKey = () => `psk_${random(1e9)}`;
// One key's budget would soon refuse the requests, so there are several keys.
const keys = await Promise.all(
  Array.from({ length: Math.ceil(requests / 500) }, async () => {
    const { body } = await server.ask(
      'mutation { createApiKey(input: { name: "one", scopes: [READ, SYNC, WRITE] }) { ... on CreateApiKeySuccess { key } } }',
    );
    return /"key":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  }),
);

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

/** Sends bytes that are not HTTP, or that stop in the middle. */
function raw(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(beginnings[random(beginnings.length)]?.() ?? '');
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
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
    socket.on('open', () => socket.send(said[random(said.length)]?.() ?? ''));
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
