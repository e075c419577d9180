import { WebSocket } from 'ws';

// The clients of `subscribers.ts`, in a separate process so that their cost does not count as the server's.

/** A request of the server's process. */
export type ClientsAsked =
  | { readonly kind: 'open'; readonly url: string; readonly key: string; readonly sockets: number }
  | { readonly kind: 'follow'; readonly syncId: string; readonly query: string; readonly deaf: number }
  | { readonly kind: 'close' };

/** The answer: the sockets are open, or every reader has received the end of the sync. */
export type ClientsAnswer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'followed';
      readonly events: number;
      /** Readers that did not receive 1, 2, 3 … n. */
      readonly incomplete: number;
      /** Milliseconds from each event, or from its subscription if that was later, to its reader; ascending. */
      readonly delays: readonly number[];
      readonly cpuMs: number;
    };

interface Received {
  readonly sequences: number[];
  readonly delays: number[];
}

let opened: WebSocket[] = [];

async function open(url: string, key: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
  await new Promise((resolve) => socket.once('message', resolve));
  return socket;
}

function follow(socket: WebSocket, query: string, syncId: string): Promise<Received> {
  const received: Received = { sequences: [], delays: [] };
  const asked = Date.now();
  const ended = new Promise<Received>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as {
        type: string;
        payload?: { data?: { syncProgress: { sequence: number; at: string } } };
      };
      const event = payload?.data?.syncProgress;
      if (event !== undefined) {
        received.sequences.push(event.sequence);
        received.delays.push(Date.now() - Math.max(asked, Date.parse(event.at)));
      }
      if (type === 'complete' || type === 'error') resolve(received);
    });
    socket.on('close', () => resolve(received));
  });
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables: { id: syncId } } }));
  return ended;
}

async function answer(asked: ClientsAsked): Promise<ClientsAnswer> {
  switch (asked.kind) {
    case 'open':
      while (opened.length < asked.sockets)
        opened.push(
          ...(await Promise.all(
            Array.from({ length: Math.min(200, asked.sockets - opened.length) }, () =>
              open(asked.url, asked.key),
            ),
          )),
        );
      return { kind: 'opened' };
    case 'follow': {
      const before = process.cpuUsage();
      const following = opened.map((socket, index) => {
        const ended = follow(socket, asked.query, asked.syncId);
        if (index < asked.deaf) socket.pause();
        return ended;
      });
      const readers = await Promise.all(following.slice(asked.deaf));
      const { user, system } = process.cpuUsage(before);
      const events = Math.max(...readers.map(({ sequences }) => sequences.length));
      return {
        kind: 'followed',
        events,
        incomplete: readers.filter(
          ({ sequences }) =>
            sequences.length !== events || sequences.some((sequence, index) => sequence !== index + 1),
        ).length,
        cpuMs: Math.round((user + system) / 1000),
        delays: readers.flatMap(({ delays }) => delays).toSorted((a, b) => a - b),
      };
    }
    case 'close':
      for (const socket of opened) socket.terminate();
      opened = [];
      return { kind: 'closed' };
  }
}

process.on('message', (asked: ClientsAsked) => {
  void answer(asked).then((result) => process.send?.(result));
});
