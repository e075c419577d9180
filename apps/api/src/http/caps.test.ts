import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestServer } from '../testing/open-test-server.ts';
import { RequestBudget } from './request-budget.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let project = '';
beforeAll(async () => {
  const environment = { STREAMS_PER_USER: '3', STREAMS_PER_ADDRESS: '8', TRUSTED_PROXIES: 'loopback' };
  // Refills too slowly to be noticed.
  server = await openTestServer(environment, new RequestBudget(1200, 1 / 1000));
  const { body } = await server.ask(
    'mutation { createProject(input: { name: "Watched" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  project = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
}, 60_000);
afterAll(() => server.close());

describe('a server with three places for a user and eight for an address', () => {
  const opened: WebSocket[] = [];

  /** Opens a socket. Returns the status that refused it, or the code that closed it, or `connection_ack`. */
  function open(client: string, key: string | null): Promise<string> {
    const headers = { 'x-forwarded-for': client };
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    opened.push(socket);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('unexpected-response', (_request, response) => {
        response.toArray().then((parts: Buffer[]) => {
          resolve(`${response.statusCode ?? 0} ${Buffer.concat(parts).toString()}`);
        }, reject);
      });
      socket.on('message', (data: Buffer) => resolve(data.toString()));
      socket.on('close', (code, reason) => resolve(`${code} ${reason.toString()}`));
      socket.on('open', () => {
        if (key === null) return resolve('open');
        const payload = { authorization: `Bearer ${key}` };
        return socket.send(JSON.stringify({ type: 'connection_init', payload }));
      });
    });
  }
  async function closeAll(): Promise<void> {
    const closed = opened.splice(0).map(
      (socket) =>
        new Promise<void>((resolve) => {
          if (socket.readyState === socket.CLOSED) return resolve();
          socket.on('close', () => resolve());
          return socket.terminate();
        }),
    );
    await Promise.all(closed);
  }
  const stream = (stop: AbortController) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      signal: stop.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${server.key}`,
        'x-forwarded-for': '192.0.2.9',
      },
      body: JSON.stringify({
        query: 'subscription ($p: ID!) { projectActivity(projectId: $p) { id } }',
        variables: { p: project },
      }),
    });

  test("refuses a user's fourth socket by a code with a reason, and takes it once another has closed", async () => {
    for (const client of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
      expect(await open(client, server.key)).toContain('connection_ack');
    expect(await open('192.0.2.4', server.key)).toContain('4429 TOO_MANY_STREAMS');
    await closeAll();
    // The server learns of the end a moment later.
    await expect.poll(() => open('192.0.2.1', server.key)).toContain('connection_ack');
    await closeAll();
  });

  test('refuses sockets that say nothing before they are open, and those of other addresses not', async () => {
    expect([await open('192.0.2.7', null), await open('192.0.2.7', null)]).toEqual(['open', 'open']);
    const refused = await open('192.0.2.7', null);
    expect(refused).toContain('429');
    expect(refused).toContain('"code":"TOO_MANY_STREAMS"');
    expect(await open('192.0.2.8', null)).toBe('open');
    await closeAll();
  });

  test("refuses a user's fourth event stream with 429 and the code, until one of them ends", async () => {
    const stops = [1, 2, 3].map(() => new AbortController());
    await Promise.all(stops.map(stream));
    const refused = await stream(new AbortController());
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('"code":"TOO_MANY_STREAMS"');
    stops[0]?.abort();
    const last = new AbortController();
    await expect.poll(async () => (await stream(last)).status).toBe(200);
    for (const stop of [...stops, last]) stop.abort();
  });
});

describe('the bytes of an answer', () => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Document { content } } }';
  let id = '';
  beforeAll(async () => {
    const { body } = await server.ask(
      'mutation ($p: ID!, $c: String!) { putDocument(input: { projectId: $p, title: "long", content: $c }) { ... on PutDocumentSuccess { document { id } } } }',
      { p: project, c: 'word '.repeat(199_000) },
    );
    id = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  });
  const newKey = async () => {
    const { body } = await server.ask(
      'mutation { createApiKey(input: { name: "bytes", scopes: [READ] }) { ... on CreateApiKeySuccess { key } } }',
    );
    return /"key":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  };
  const leftOf = async (key: string) => {
    const { body } = await server.ask('{ rateLimit { remaining } }', {}, key);
    return Number(/"remaining":(\d+)/.exec(JSON.stringify(body))?.[1]);
  };

  test.each(['application/json', 'text/event-stream', 'multipart/mixed'])(
    'are charged to its key, also where they are asked for as %s',
    async (accept) => {
      const key = await newKey();
      await leftOf(key);
      const answer = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, accept },
        body: JSON.stringify({ query, variables: { id } }),
      });
      expect((await answer.text()).length).toBeGreaterThan(990_000);
      // Three requests of its own, and three for a million bytes; the first counted for the address.
      expect(await leftOf(key)).toBeLessThan(1200 - 4);
    },
  );

  test('are charged to its key, also over a socket', async () => {
    const key = await newKey();
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const received = await new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } })),
      );
      socket.on('message', (data: Buffer) => {
        const message = data.toString();
        if (message.includes('"next"')) return resolve(message);
        const asked = { type: 'subscribe', id: '1', payload: { query, variables: { id } } };
        return socket.send(JSON.stringify(asked));
      });
    });
    socket.terminate();
    expect(received.length).toBeGreaterThan(990_000);
    expect(await leftOf(key)).toBeLessThan(1200 - 4);
  });
});
