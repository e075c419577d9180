import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CloseCode, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket, WebSocketServer } from 'ws';
import type { SocketPlace } from './stream-places.ts';

/** A socket and the request that opened it. */
export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly place: SocketPlace;
}

/** The parts of a server of sockets that are our own. */
interface Serving extends ServerOptions<Record<string, unknown>, SocketExtra> {
  /** Called for each message that leaves, with its length. */
  readonly onSent: (extra: SocketExtra, characters: number) => void;
}

const PING_EVERY_MS = 12_000;

/** Bytes that may be buffered for a client before senders must wait. */
const MAX_BUFFERED = 16_384;

/** Sends a message. Returns a promise only where the client does not keep up. */
export function send(
  { socket, request }: Pick<SocketExtra, 'socket' | 'request'>,
  message: string,
): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  corkForTick(request.socket);
  if (socket.bufferedAmount < MAX_BUFFERED) {
    socket.send(message);
    return undefined;
  }
  // Resolved once the client has read the message or has disconnected.
  return new Promise((resolve) => socket.send(message, () => resolve()));
}

/** Writes everything sent in one tick with one system call, which costs more than the messages themselves. */
function corkForTick(stream: Socket): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}

/**
 * Speaks graphql-transport-ws on each socket. A client's mistake is one line in the log; the library's own adapter prints
 * it to the console with a stack, and runs a timer per socket.
 */
export function serveSockets(sockets: WebSocketServer, options: Serving, log: Logger): () => Promise<void> {
  const graphql = makeServer<Record<string, unknown>, SocketExtra>(options);
  /** Sockets that have not answered the last ping. */
  const silent = new WeakSet<WebSocket>();
  sockets.options.handleProtocols = handleProtocols;

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage, place: SocketPlace) => {
    const extra = { socket, request, place };
    const { remoteAddress: address } = request.socket;
    // After a too large or malformed frame the socket closes itself with the matching code.
    socket.on('error', (error) =>
      log.info({ address, problem: error.message }, 'A socket was closed because of an invalid frame.'),
    );
    socket.on('pong', () => silent.delete(socket));
    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        send: (message) => {
          options.onSent(extra, message.length);
          return send(extra, message) ?? Promise.resolve();
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              if (socket.readyState !== socket.OPEN) return;
              log.error({ address, error }, 'A socket message failed.');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      extra,
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });

  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        silent.add(socket);
        socket.ping();
      }
    }
  }, PING_EVERY_MS);

  return async () => {
    clearInterval(timer);
    for (const socket of sockets.clients) socket.close(1001, 'Going away');
    sockets.removeAllListeners();
    await new Promise<void>((resolve, reject) =>
      sockets.close((error) => (error === undefined ? resolve() : reject(error))),
    );
  };
}
