import type { IncomingMessage, Server } from 'node:http';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  specifiedRules,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import { isAsyncIterable } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import type { LiveCredentials } from '../auth/live-credentials.ts';
import type { Viewer } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import type { openGraphql } from './graphql.ts';
import type { RequestBudget } from './request-budget.ts';
import type { Push } from './share-executions.ts';
import { send, serveSockets, type SocketExtra } from './serve-sockets.ts';

/** What the socket endpoint is made of. */
export interface WebsocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly yoga: ReturnType<typeof openGraphql>;
  readonly whoAsks: (headers: Headers) => Promise<Viewer | null>;
  readonly live: LiveCredentials;
  readonly budget: RequestBudget;
  readonly log: Logger;
  /** Cross-site pages may open sockets with the visitor's cookies; only our own origin may. */
  readonly originAllowed: (origin: string | undefined) => boolean;
}

/** What one operation is run with. */
interface Engine extends Pick<
  ReturnType<ReturnType<typeof openGraphql>['getEnveloped']>,
  'execute' | 'subscribe'
> {
  readonly stop: () => void;
}

interface Connection {
  /** As it was opened: who asks stays the same for each of its operations, and is looked up anew. */
  readonly request: Request;
  readonly operations: Map<string, AbortController>;
  release(): void;
}

/** One for all: an abort without a reason makes an error with its stack each time. */
const OVER = new DOMException('The operation is over.', 'AbortError');
const LARGEST_MESSAGE = 1 << 20;
const STREAMS_PER_SOCKET = 50;

/** `/graphql` over graphql-transport-ws. Returns the way to close every socket. */
export function openWebsocket(options: WebsocketOptions): () => Promise<void> {
  const { server, schema, yoga, whoAsks, live, budget, log, originAllowed } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const connections = new WeakMap<object, Connection>();
  const engines = new WeakMap<ExecutionArgs, Engine>();
  const close = serveSockets(
    sockets,
    {
      // The functions of the same plugins as over HTTP: limits, masking and the end of a stream hold here too.
      execute: (args) => engineOf(args).execute(args),
      async subscribe(args) {
        const engine = engineOf(args);
        const results: ExecutionResult | AsyncIterable<ExecutionResult> = await engine.subscribe(args);
        return isAsyncIterable(results) ? stoppable(results, engine.stop) : results;
      },
      connectionInitWaitTimeout: 5000,
      async onConnect(context) {
        const headers = headersOf(context.extra.request, context.connectionParams);
        try {
          const viewer = await whoAsks(headers);
          if (viewer === null) return false;
          const { signal, release } = live.follow(viewer);
          connections.set(context.extra, {
            request: new Request('http://localhost/graphql', { headers }),
            operations: new Map(),
            release,
          });
          signal.addEventListener('abort', () =>
            context.extra.socket.close(CloseCode.Forbidden, 'Forbidden'),
          );
          return true;
        } catch {
          return false;
        }
      },
      async onSubscribe(context, id, payload) {
        const connection = connections.get(context.extra);
        if (connection === undefined || connection.operations.size >= STREAMS_PER_SOCKET) {
          return [
            apiError(
              'TOO_MANY_STREAMS',
              `A socket carries ${STREAMS_PER_SOCKET} operations at once. Complete one first.`,
            ),
          ];
        }
        const controller = new AbortController();
        connection.operations.set(id, controller);
        const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
        return argumentsOf(context.extra, connection.request, payload, {
          controller,
          push: (text) => send(context.extra, `${start}${text}}`),
        });
      },
      onComplete(context, id) {
        const operations = connections.get(context.extra)?.operations;
        operations?.get(id)?.abort(OVER);
        operations?.delete(id);
      },
      onError: (context, id) => void connections.get(context.extra)?.operations.delete(id),
      onClose(context) {
        const connection = connections.get(context.extra);
        connections.delete(context.extra);
        connection?.release();
        for (const controller of connection?.operations.values() ?? []) controller.abort(OVER);
      },
    },
    log,
  );

  function engineOf(args: ExecutionArgs): Engine {
    const engine = engines.get(args);
    if (engine === undefined) throw new Error('An operation came without its engine.');
    return engine;
  }

  async function argumentsOf(
    extra: SocketExtra,
    request: Request,
    payload: SubscribePayload,
    { controller, push }: { controller: AbortController; push: Push },
  ) {
    const { parse, validate, execute, subscribe, contextFactory } = yoga.getEnveloped({
      req: extra.request,
      request,
      signal: controller.signal,
      push,
      params: payload,
    });
    try {
      const document = parse(payload.query);
      const spent = spend(request, extra.request, getOperationAST(document, payload.operationName));
      if (spent !== null) return [spent];
      const problems = validate(schema, document, specifiedRules);
      if (problems.length > 0) return problems;
      // Keyed by the arguments: a parsed document is shared by everybody who sends the same one.
      const args: ExecutionArgs = {
        schema,
        document,
        contextValue: await contextFactory(),
        variableValues: payload.variables ?? {},
        operationName: payload.operationName ?? null,
      };
      engines.set(args, { execute, subscribe, stop: () => controller.abort(OVER) });
      return args;
    } catch (error) {
      return [
        error instanceof GraphQLError ? error : apiError('INTERNAL', 'Something unexpected went wrong.'),
      ];
    }
  }

  /** A socket must not be a way around the budget. A subscription is one message however long it runs, and is capped. */
  function spend(
    { headers }: Request,
    { socket }: IncomingMessage,
    operation: OperationDefinitionNode | null | undefined,
  ): GraphQLError | null {
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return null;
    const { retryAfter } = budget.take(budget.callerOf(headers.get('authorization'), socket.remoteAddress));
    return retryAfter === null
      ? null
      : new GraphQLError(`Too many requests. Try again in ${retryAfter} s.`, {
          extensions: { code: 'RATE_LIMITED', retryAfter },
        });
  }

  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?', 1)[0];
    if (path !== '/graphql' || !originAllowed(request.headers.origin)) {
      socket.end(
        `HTTP/1.1 ${path === '/graphql' ? '403 Forbidden' : '404 Not Found'}\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });
  return close;
}

/** A generator that waits for an event hears of no `return()`: what wakes and ends it is told first. */
function stoppable(
  results: AsyncIterable<ExecutionResult>,
  stop: () => void,
): AsyncIterableIterator<ExecutionResult> {
  const inner = results[Symbol.asyncIterator]();
  return {
    next: () => inner.next(),
    async return() {
      stop();
      await inner.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A browser has its cookie; a program has `connectionParams.authorization`, as it cannot set headers everywhere. */
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
