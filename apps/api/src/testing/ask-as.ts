import { WebSocket } from 'ws';
import { z } from 'zod';

/** An answer, byte for byte. */
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

interface Sent {
  readonly body: object;
  readonly accept: string;
  readonly signal?: AbortSignal;
}

/** A caller, by the headers of its requests. */
export interface Sender {
  readonly headers: Readonly<Record<string, string>>;
}

const answered = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).optional(),
});

/** The data of an answer of `/graphql`, and the codes of its errors. */
export function readAnswer({ text }: Answer) {
  const { data, errors = [] } = answered.parse(JSON.parse(text));
  return { data, codes: errors.map(({ extensions }) => extensions.code) };
}

/** The ways to call a server with a caller's headers. */
export function askAs(url: string) {
  const post = (
    path: string,
    { headers }: Sender,
    { body, accept, signal = AbortSignal.timeout(30_000) }: Sent,
  ) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
      body: JSON.stringify(body),
      signal,
    });
  const all = async (response: Response): Promise<Answer> => ({
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  });
  return {
    get: async (path: string, { headers }: Sender) => all(await fetch(`${url}${path}`, { headers })),
    ask: async (sender: Sender, query: string, variables: object = {}) =>
      all(await post('/graphql', sender, { body: { query, variables }, accept: 'application/json' })),
    /** Calls a tool of `/mcp`. */
    call: async (sender: Sender, name: string, input: object) => {
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } };
      return all(await post('/mcp', sender, { body, accept: 'application/json, text/event-stream' }));
    },
    /** Everything a subscription sends until it ends. */
    hear: async (sender: Sender, query: string, variables: object) =>
      all(await post('/graphql', sender, { body: { query, variables }, accept: 'text/event-stream' })),
    /** Everything a socket sends until the operation or the socket ends, with the code of its close. */
    hearSocket: (sender: Sender, query: string, variables: object): Promise<Answer> =>
      overSocket(`${url.replace('http', 'ws')}/graphql`, sender, { query, variables }),
    /** The first event of a subscription, which is then abandoned. */
    hearFirst: async (sender: Sender, query: string, variables: object): Promise<string> => {
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(30_000)]);
      const response = await post('/graphql', sender, {
        body: { query, variables },
        accept: 'text/event-stream',
        signal,
      });
      let heard = '';
      for await (const chunk of response.body ?? []) {
        heard += new TextDecoder().decode(chunk);
        if (heard.includes('data: {')) break;
      }
      stop.abort();
      return heard;
    },
  };
}

async function overSocket(url: string, { headers }: Sender, payload: object): Promise<Answer> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  let text = '';
  const status = await new Promise<number>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', resolve);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data: Buffer) => {
      const message = data.toString();
      if (message.includes('"type":"connection_ack"'))
        return socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
      text += message;
      if (/"type":"(complete|error)"/.test(message)) resolve(200);
    });
  });
  socket.close();
  return { status, type: null, text };
}
