import { connect } from 'node:net';
import { randomFrom } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestServer } from './testing/open-test-server.ts';
import { malformedRequests } from './testing/malformed-requests.ts';

// Each of them once, and the server does not notice; `bench/malformed.ts` sends ten thousand.
const { bodies, types, paths, beginnings, said } = malformedRequests(randomFrom(1));
let server: Awaited<ReturnType<typeof openTestServer>>;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const alive = async () => expect((await server.ask('{ viewer { id } }')).status).toBe(200);

async function statusOf(path: string, type: string, body: string | null): Promise<number> {
  const response = await fetch(`${server.url}${path}`, {
    method: body === null ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { 'content-type': type, authorization: `Bearer ${server.key}` },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

test('no body is answered with a 5xx, under its own type or another', async () => {
  for (const [index, make] of bodies.entries()) {
    const body = make();
    for (const type of ['application/json', types[1 + (index % (types.length - 1))] ?? '']) {
      const status = await statusOf('/graphql', type, body);
      const told = `${type}: ${body.slice(0, 60)}`;
      expect(status, told).toBeLessThan(500);
      if (type !== 'application/json') expect(status, told).toBeGreaterThanOrEqual(400);
    }
  }
  await alive();
});

test('no path is answered with a 5xx', async () => {
  for (const path of paths) {
    expect(await statusOf(path, '', null), path).toBeLessThan(500);
    expect(await statusOf(path, 'application/json', '{'), path).toBeLessThan(500);
  }
  await alive();
});

test('a connection that speaks no HTTP is closed, and one that stops half-way holds up no other', async () => {
  const { port } = new URL(server.url);
  for (const make of beginnings) {
    const socket = connect(Number(port), '127.0.0.1');
    const heard: string[] = [];
    socket.on('data', (data: Buffer) => heard.push(data.toString('latin1')));
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await new Promise<void>((resolve) => socket.write(make(), () => resolve()));
    // Others are served meanwhile; then the connections that are still open leave.
    await alive();
    socket.destroy();
    await closed;
    expect(heard.join(''), make().slice(0, 40)).not.toMatch(/^HTTP\/1\.1 5/);
  }
});

test('a socket that does not speak the protocol is closed with a code', async () => {
  for (const make of said) {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => undefined);
    socket.on('open', () => socket.send(make()));
    const code = await new Promise<number>((resolve) => socket.once('close', resolve));
    expect(code, make().slice(0, 40)).toBeGreaterThanOrEqual(1000);
  }
  await alive();
});
