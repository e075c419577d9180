import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CloseCode, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket, WebSocketServer } from 'ws';

/** What comes with a socket. */
export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

const ALIVE_EVERY_MS = 12_000;

/** So many bytes wait in this process for one who does not read them. */
const UNREAD = 16_384;

/** Sends a message. Who keeps up with what is sent needs no waiting for; for who does not there is a promise. */
export function send({ socket, request }: SocketExtra, message: string): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  inOnePiece(request.socket);
  if (socket.bufferedAmount < UNREAD) {
    socket.send(message);
    return undefined;
  }
  // Somebody who never reads is asked for nothing more: this is done when they have taken it, or are gone.
  return new Promise((resolve) => socket.send(message, () => resolve()));
}

/** What is sent in one turn of the event loop leaves in one piece: the system's call costs more than what it carries. */
function inOnePiece(stream: Socket): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}

/**
 * Speaks graphql-transport-ws on each socket. What a client does wrong is a line of the log: the library's own adapter
 * writes it to the console with its stack, and keeps a timer for each socket.
 */
export function serveSockets(
  sockets: WebSocketServer,
  options: ServerOptions<Record<string, unknown>, SocketExtra>,
  log: Logger,
): () => Promise<void> {
  const graphql = makeServer<Record<string, unknown>, SocketExtra>(options);
  /** Those that have not answered the last ping. */
  const silent = new WeakSet<WebSocket>();
  sockets.options.handleProtocols = handleProtocols;

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const { remoteAddress: address } = request.socket;
    // A frame that is too large or malformed: the socket closes itself with the code that says so.
    socket.on('error', (error) =>
      log.info({ address, problem: error.message }, 'A socket was closed for what it sent.'),
    );
    socket.on('pong', () => silent.delete(socket));
    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        send: (message) => send({ socket, request }, message) ?? Promise.resolve(),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              if (socket.readyState !== socket.OPEN) return;
              log.error({ address, error }, 'A message could not be answered.');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      { socket, request },
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
  }, ALIVE_EVERY_MS);

  return async () => {
    clearInterval(timer);
    for (const socket of sockets.clients) socket.close(1001, 'Going away');
    sockets.removeAllListeners();
    await new Promise<void>((resolve, reject) =>
      sockets.close((error) => (error === undefined ? resolve() : reject(error))),
    );
  };
}
