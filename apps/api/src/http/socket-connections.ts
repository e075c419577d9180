import type { IncomingMessage } from 'node:http';
import { GraphQLError, type ExecutionArgs } from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import type { LiveCredentials } from '../auth/live-credentials.ts';
import { apiError } from '../graphql/errors.ts';
import { send, type SocketExtra } from './serve-sockets.ts';
import { unitsOfBytes } from './limit-cost.ts';
import { callerOf, OPERATION_OVER, SocketOperations, type OperationOptions } from './socket-operations.ts';
import type { Site } from './site.ts';

/** The parts that sockets need. */
export interface SocketOptions extends OperationOptions, Pick<Site, 'authenticate'> {
  readonly live: LiveCredentials;
  readonly log: Logger;
}

interface Connection {
  /** The opening request. The caller stays the same for every operation, but is authenticated anew for each. */
  readonly request: Request;
  readonly operations: Map<string, AbortController>;
  /** Stops watching the credential. */
  release(): void;
}

const STREAMS_PER_SOCKET = 50;

/** The open connections and the operations that run on each. */
export class SocketConnections {
  readonly operations: SocketOperations;
  readonly #options: SocketOptions;
  readonly #connections = new WeakMap<SocketExtra, Connection>();

  constructor(options: SocketOptions) {
    this.#options = options;
    this.operations = new SocketOperations(options);
  }

  /** Accepts a connection with valid credentials. It is closed when they end. */
  async open(
    extra: SocketExtra,
    parameters: Readonly<Record<string, unknown>> | undefined,
  ): Promise<boolean> {
    const { authenticate, live } = this.#options;
    const headers = headersOf(extra.request, parameters);
    try {
      const viewer = await authenticate(headers);
      if (viewer === null) return false;
      if (!extra.place.admit(viewer.userId)) {
        extra.socket.close(
          CloseCode.TooManyInitialisationRequests,
          'TOO_MANY_STREAMS: close another socket first',
        );
        return false;
      }
      const { signal, release } = live.follow(viewer);
      this.#connections.set(extra, {
        request: new Request('http://localhost/graphql', { headers }),
        operations: new Map(),
        release,
      });
      signal.addEventListener('abort', () => extra.socket.close(CloseCode.Forbidden, 'Forbidden'));
      return true;
    } catch (error) {
      // Invalid credentials are refused for good; any other failure closes the socket so that the client tries again.
      if (error instanceof GraphQLError) return false;
      throw error;
    }
  }

  /** Prepares an operation. Returns its arguments, or the errors that refuse it. */
  async begin(
    extra: SocketExtra,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const connection = this.#connections.get(extra);
    if (connection === undefined || connection.operations.size >= STREAMS_PER_SOCKET)
      return [
        apiError(
          'TOO_MANY_STREAMS',
          `A socket carries ${STREAMS_PER_SOCKET} operations at once. Complete one first.`,
        ),
      ];
    const controller = new AbortController();
    connection.operations.set(id, controller);
    const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    return this.operations.prepare(payload, {
      opened: extra.request,
      request: connection.request,
      controller,
      push: (text) => {
        this.sent(extra, text.length);
        return send(extra, `${start}${text}}`);
      },
    });
  }

  /** Charges what a socket was sent to its caller, as answers over HTTP are charged. */
  sent(extra: SocketExtra, characters: number): void {
    const units = unitsOfBytes(characters);
    const connection = units === 0 ? undefined : this.#connections.get(extra);
    if (connection === undefined) return;
    const { budget, addressOf } = this.#options;
    budget.charge(callerOf(budget, connection.request, addressOf(extra.request)), units);
  }

  complete(extra: SocketExtra, id: string): void {
    const operations = this.#connections.get(extra)?.operations;
    operations?.get(id)?.abort(OPERATION_OVER);
    operations?.delete(id);
  }

  fail(extra: SocketExtra, id: string): void {
    this.#connections.get(extra)?.operations.delete(id);
  }

  close(extra: SocketExtra): void {
    const connection = this.#connections.get(extra);
    this.#connections.delete(extra);
    connection?.release();
    for (const controller of connection?.operations.values() ?? []) controller.abort(OPERATION_OVER);
  }
}

/** A browser sends its cookie. A program sends `connectionParams.authorization`, as not every client can set headers. */
function headersOf(
  request: IncomingMessage,
  parameters: Readonly<Record<string, unknown>> | undefined,
): Headers {
  const headers = new Headers();
  const authorization =
    parameters?.['authorization'] ?? parameters?.['Authorization'] ?? request.headers.authorization;
  if (typeof authorization === 'string') headers.set('authorization', authorization);
  if (request.headers.cookie !== undefined) headers.set('cookie', request.headers.cookie);
  return headers;
}
