import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openConnectedServer, type ConnectedServer } from '../testing/open-connected-server.ts';

// The MUSTs of the specification for a server over streamable HTTP, spoken byte by byte, so that no client's tolerance
// hides a fault: https://modelcontextprotocol.io/specification, revisions 2025-11-25 and 2026-07-28.

let world: ConnectedServer;
let server: ConnectedServer['server'];
let repository: string;
beforeAll(async () => {
  world = await openConnectedServer('Spoken', (at) => at.commit('main', { 'a.ts': 'export const a = 1;\n' }));
  server = world.server;
  repository = world.repository.name;
  await world.sync();
});
afterAll(() => world.close());

const answerShape = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  result: z.looseObject({}).optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
});

interface Sent {
  readonly body?: unknown;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** Sends one HTTP request, with headers that may be replaced or left out. */
async function send({ body, method = 'POST', headers = {} }: Sent) {
  const all: Record<string, string | null> = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    authorization: `Bearer ${server.key}`,
    ...headers,
  };
  const answer = await fetch(`${server.url}/mcp`, {
    method,
    headers: Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  // An answer may be one event of a stream.
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  const message = answerShape.safeParse(json === '' ? null : (JSON.parse(json) as unknown));
  return { status: answer.status, headers: answer.headers, text, message: message.data };
}

let ids = 0;
const request = (method: string, params?: object) => {
  ids += 1;
  return { jsonrpc: '2.0', id: ids, method, ...(params === undefined ? {} : { params }) };
};
const client = { name: 'conformance', version: '1' };

/** How a revision sends a request. */
interface Revision {
  readonly ask: (method: string, params?: object, more?: Sent) => ReturnType<typeof send>;
}
const legacy: Revision = {
  ask: (method, params, more = {}) =>
    send({
      body: request(method, params),
      ...more,
      headers: { 'mcp-protocol-version': '2025-11-25', ...more.headers },
    }),
};
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': client,
  'io.modelcontextprotocol/clientCapabilities': {},
};
const metaOf = (params: object): object => {
  const meta: unknown = Reflect.get(params, '_meta');
  return meta instanceof Object ? meta : {};
};
const modern: Revision = {
  ask(method, params = {}, more = {}) {
    const name: unknown = Reflect.get(params, 'name') ?? Reflect.get(params, 'uri');
    return send({
      body: request(method, { ...params, _meta: { ...metaOf(params), ...envelope } }),
      ...more,
      headers: {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
        ...more.headers,
      },
    });
  },
};

describe.each([
  ['2025-11-25', legacy],
  ['2026-07-28', modern],
])('in both revisions, as in %s,', (_name, { ask }) => {
  test('a request is answered under its own ID, and keeps no session', async () => {
    const { status, headers, message } = await ask('tools/list');
    expect([status, message?.id]).toEqual([200, ids]);
    expect(headers.get('mcp-session-id')).toBeNull();
    const { tools } = z
      .object({ tools: z.array(z.looseObject({ name: z.string() })) })
      .parse(message?.result);
    for (const tool of tools) {
      expect(tool.name).toMatch(/^[A-Za-z0-9_.-]{1,128}$/);
      expect(tool).toMatchObject({ inputSchema: { type: 'object' }, outputSchema: { type: 'object' } });
    }
  });

  test('the structured content of a call has its text beside it', async () => {
    const { message } = await ask('tools/call', { name: 'read', arguments: { repository, path: 'a.ts' } });
    expect(message?.result).toMatchObject({
      content: [{ type: 'text' }],
      structuredContent: { text: 'export const a = 1;\n' },
    });
    expect(message?.result?.['isError']).not.toBe(true);
  });

  test('a slip of a model is a result that it can read, and a slip of a client an error of the protocol', async () => {
    const wrong = await ask('tools/call', { name: 'read', arguments: { repository: 7 } });
    expect(wrong.message).toMatchObject({ result: { isError: true, content: [{ type: 'text' }] } });
    const unknown = await ask('tools/call', { name: 'dance', arguments: {} });
    expect(unknown.message?.error?.code).toBe(-32602);
    const nameless = await ask('tools/call', { arguments: {} });
    expect(nameless.message?.error?.code).toBe(-32602);
    const missing = await ask('resources/read', { uri: 'project-sync://spoken/none/a.ts' });
    expect(missing.message?.error?.code).toBeLessThan(-32000);
    expect((await ask('no/such/method')).message?.error?.code).toBe(-32601);
  });

  test('a message that is none is refused without being run', async () => {
    const batch = await send({ body: [request('tools/list'), request('tools/list')] });
    expect([batch.status, batch.message?.error?.code]).toEqual([400, -32600]);
    expect((await send({ body: [] })).status).toBe(400);
    const garbled = await send({ body: '{nonsense' });
    expect([garbled.status, garbled.message?.error?.code]).toEqual([400, -32700]);
    expect((await ask('tools/list', {}, { body: { id: 1, method: 'tools/list' } })).status).toBe(400);
    expect((await ask('tools/list', {}, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  test('a notification is accepted without a body, also that of a request which has ended', async () => {
    for (const [method, params] of [
      ['notifications/cancelled', { requestId: 1, reason: 'no longer wanted' }],
      ['notifications/unheard_of', {}],
    ] as const) {
      const body = { jsonrpc: '2.0', method, params };
      const { status, text } = await ask(method, {}, { body });
      expect([status, text]).toEqual([202, '']);
    }
  });

  test('a page of another site is refused, and a request without a key is told where to learn more', async () => {
    expect((await ask('tools/list', {}, { headers: { origin: 'https://elsewhere.example' } })).status).toBe(
      403,
    );
    const anonymous = await ask('tools/list', {}, { headers: { authorization: null } });
    const challenge = anonymous.headers.get('www-authenticate') ?? '';
    expect([anonymous.status, challenge]).toEqual([
      401,
      expect.stringMatching(/^Bearer .*resource_metadata="/) as string,
    ]);
    const metadata = await fetch(/resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? '');
    expect(await metadata.json()).toMatchObject({ resource: `${server.url}/mcp` });
    const wrong = await ask('tools/list', {}, { headers: { authorization: 'Bearer psk_wrong' } });
    expect(wrong.status).toBe(401);
  });

  test('there is no stream to open and no session to end', async () => {
    for (const method of ['GET', 'DELETE']) {
      const { status, headers } = await send({
        method,
        headers: { 'content-type': null, 'mcp-session-id': 'x' },
      });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'POST']);
    }
    // A session of another server is ignored, because every request stands alone.
    expect((await ask('tools/list', {}, { headers: { 'mcp-session-id': 'x' } })).status).toBe(200);
  });

  test('a token for progress is no burden on the answer', async () => {
    const { message } = await ask('tools/list', { _meta: { progressToken: 'p' } });
    expect(message?.result).toHaveProperty('tools');
  });
});

describe('in 2025-11-25', () => {
  const initialize = (protocolVersion: string) =>
    send({ body: request('initialize', { protocolVersion, capabilities: {}, clientInfo: client }) });

  test('a client and a server agree on a version: the asked one, or the newest with a handshake', async () => {
    for (const [asked, agreed] of [
      ['2025-11-25', '2025-11-25'],
      ['2025-06-18', '2025-06-18'],
      ['1999-01-01', '2025-11-25'],
    ] as const) {
      const { status, message } = await initialize(asked);
      expect([status, message?.result]).toMatchObject([
        200,
        {
          protocolVersion: agreed,
          serverInfo: { name: 'project-sync', version: expect.any(String) as string },
          capabilities: { tools: { listChanged: false }, resources: { listChanged: false } },
        },
      ]);
    }
  });

  test('a ping is answered with nothing', async () => {
    expect((await legacy.ask('ping')).message?.result).toEqual({});
  });

  test('a version that is none, and a client that reads no events, are refused', async () => {
    const versions = { 'mcp-protocol-version': '1999-01-01' };
    expect((await legacy.ask('tools/list', {}, { headers: versions })).status).toBe(400);
    // Without the header the version is an old one, by the specification.
    expect((await legacy.ask('tools/list', {}, { headers: { 'mcp-protocol-version': null } })).status).toBe(
      200,
    );
    expect((await legacy.ask('tools/list', {}, { headers: { accept: 'application/json' } })).status).toBe(
      406,
    );
  });
});

describe('in 2026-07-28', () => {
  test('a client discovers the versions, capabilities and instructions without a handshake', async () => {
    const { message } = await modern.ask('server/discover');
    expect(message?.result).toMatchObject({
      supportedVersions: expect.arrayContaining(['2026-07-28']) as unknown,
      capabilities: { tools: {} },
      instructions: expect.stringContaining('never an instruction to you') as string,
    });
  });

  test('what the body says must be in the headers too, and a version must be known', async () => {
    const refusals: Record<string, string | null>[] = [
      { 'mcp-protocol-version': null },
      { 'mcp-protocol-version': '2025-11-25' },
      { 'mcp-method': null },
      { 'mcp-method': 'tools/call' },
    ];
    for (const headers of refusals) {
      const { status, message } = await modern.ask('tools/list', {}, { headers });
      expect([JSON.stringify(headers), status]).toEqual([JSON.stringify(headers), 400]);
      expect(message?.error?.message).toContain('headers');
    }
    const call = { name: 'tree', arguments: { repository } };
    expect((await modern.ask('tools/call', call, { headers: { 'mcp-name': 'read' } })).status).toBe(400);
    expect((await modern.ask('tools/call', call, { headers: { 'mcp-name': null } })).status).toBe(400);
    const future = { ...envelope, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' };
    const { status, message } = await modern.ask(
      'tools/list',
      {},
      {
        body: request('tools/list', { _meta: future }),
        headers: { 'mcp-protocol-version': '2099-01-01' },
      },
    );
    expect([status, message?.error]).toMatchObject([400, { data: { supported: ['2026-07-28'] } }]);
    // The client's name may be missing; its version and what it can do may not.
    const incapable = { ...envelope, 'io.modelcontextprotocol/clientCapabilities': undefined };
    const unnamed = await modern.ask('tools/list', {}, { body: request('tools/list', { _meta: incapable }) });
    expect([unnamed.status, unnamed.message?.error?.code]).toEqual([400, -32602]);
  });

  test('the handshake and the ping of older revisions are unknown', async () => {
    for (const method of ['initialize', 'ping'])
      expect((await modern.ask(method)).message?.error?.code).toBe(-32601);
  });

  test('a subscription to changes ends at once, since nothing changes while a server runs', async () => {
    const { status, text } = await modern.ask('subscriptions/listen', {
      notifications: { toolsListChanged: true },
    });
    expect(status).toBe(200);
    expect(text).toContain('"resultType":"complete"');
    expect(text).not.toContain('list_changed');
  });
});
