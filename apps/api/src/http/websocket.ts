import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { dropCookies, isAllowed } from './cors.ts';
import { serveSockets } from './serve-sockets.ts';
import { SocketConnections, type SocketOptions } from './socket-connections.ts';
import { tooManyStreams, type SocketPlace, type StreamPlaces } from './stream-places.ts';

/** The parts that the socket endpoint needs. */
export interface WebsocketOptions extends SocketOptions {
  /** Pages of other sites may open sockets with the visitor's cookies; only our own origin may. */
  readonly isOriginAllowed: (origin: string | undefined) => boolean;
  readonly corsOrigins: ReadonlySet<string>;
  readonly streams: StreamPlaces;
}

const LARGEST_MESSAGE = 1 << 20;
const CONNECTION_INIT_WITHIN_MS = 5000;

/** Serves `/graphql` over graphql-transport-ws. Returns a function that closes every socket. */
export function openWebsocket(server: Server, options: WebsocketOptions): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const connections = new SocketConnections(options);
  const close = serveSockets(
    sockets,
    {
      // The same plugins as over HTTP run here: limits, masking and the end of a stream.
      execute: (args) => connections.operations.execute(args),
      subscribe: (args) => connections.operations.subscribe(args),
      connectionInitWaitTimeout: CONNECTION_INIT_WITHIN_MS,
      onConnect: (context) => connections.open(context.extra, context.connectionParams),
      onSubscribe: (context, id, payload) => connections.begin(context.extra, id, payload),
      onComplete: (context, id) => connections.complete(context.extra, id),
      onError: (context, id) => connections.fail(context.extra, id),
      onClose: (context) => connections.close(context.extra),
      onSent: (extra, characters) => connections.sent(extra, characters),
    },
    options.log,
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, options);
    if (!options.isOriginAllowed(request.headers.origin)) dropCookies(request);
    if (refusal !== null) return void socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
    const place = options.streams.openSocket(options.addressOf(request));
    if (place === null) return void socket.end(refusedForNumber());
    socket.once('close', () => place.release());
    sockets.handleUpgrade(request, socket, head, (opened) =>
      sockets.emit('connection', opened, request, place satisfies SocketPlace),
    );
  });
  return close;
}

/** The whole answer to a socket too many. */
function refusedForNumber(): string {
  const { message, extensions } = tooManyStreams();
  const body = JSON.stringify({ errors: [{ message, extensions: { code: extensions['code'] } }] });
  return [
    'HTTP/1.1 429 Too Many Requests',
    'Connection: close',
    'Retry-After: 5',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

function refusalOf(
  { url, headers }: IncomingMessage,
  site: Pick<WebsocketOptions, 'isOriginAllowed' | 'corsOrigins'>,
): string | null {
  if (url?.split('?', 1)[0] !== '/graphql') return '404 Not Found';
  return isAllowed(site, headers.origin) ? null : '403 Forbidden';
}
