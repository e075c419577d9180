import type { IncomingMessage, Server } from 'node:http';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  specifiedRules,
  type ExecutionArgs,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { CloseCode, type Context, type SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { LiveCredentials } from '../auth/live-credentials.ts';
import type { Viewer } from '../schema/context.ts';
import { apiError } from '../schema/errors.ts';
import type { openGraphql } from './graphql.ts';
import { callerOf, type RequestBudget } from './request-budget.ts';

/** What the socket endpoint is made of. */
export interface WebsocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly yoga: ReturnType<typeof openGraphql>;
  readonly whoAsks: (headers: Headers) => Promise<Viewer | null>;
  readonly live: LiveCredentials;
  readonly budget: RequestBudget;
  /** Cross-site pages may open sockets with the visitor's cookies; only our own origin may. */
  readonly originAllowed: (origin: string | undefined) => boolean;
}

type Envelope = Pick<ReturnType<ReturnType<typeof openGraphql>['getEnveloped']>, 'execute' | 'subscribe'>;

const LARGEST_MESSAGE = 1 << 20;
const STREAMS_PER_SOCKET = 50;
const ALIVE_EVERY_MS = 12_000;

/** `/graphql` over graphql-transport-ws. Returns the way to close every socket. */
export function openWebsocket(options: WebsocketOptions): () => Promise<void> {
  const { server, schema, yoga, whoAsks, live, budget, originAllowed } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const operations = new WeakMap<object, Map<string, AbortController>>();
  const engines = new WeakMap<ExecutionArgs, Envelope>();
  const releases = new WeakMap<object, () => void>();
  const served = useServer<Record<string, unknown>, { request: IncomingMessage }>(
    {
      // The functions of the same plugins as over HTTP: limits, masking and the end of a stream hold here too.
      execute: (args) => engineOf(args).execute(args),
      subscribe: (args) => engineOf(args).subscribe(args),
      connectionInitWaitTimeout: 5000,
      async onConnect(context) {
        const headers = headersOf(context.extra.request, context.connectionParams);
        try {
          const viewer = await whoAsks(headers);
          if (viewer === null) return false;
          operations.set(context.extra, new Map());
          const { signal, release } = live.follow(viewer);
          signal.addEventListener('abort', () =>
            context.extra.socket.close(CloseCode.Forbidden, 'Forbidden'),
          );
          releases.set(context.extra, release);
          return true;
        } catch {
          return false;
        }
      },
      async onSubscribe(context, id, payload) {
        const open = operations.get(context.extra);
        if (open === undefined || open.size >= STREAMS_PER_SOCKET) {
          return [
            apiError(
              'TOO_MANY_STREAMS',
              `A socket carries ${STREAMS_PER_SOCKET} operations at once. Complete one first.`,
            ),
          ];
        }
        // An iterator that waits for an event hears of no `return()`: the signal is what wakes and ends it.
        const controller = new AbortController();
        open.set(id, controller);
        return argumentsOf(context, payload, controller.signal);
      },
      onComplete(context, id) {
        operations.get(context.extra)?.get(id)?.abort();
        operations.get(context.extra)?.delete(id);
      },
      onError: (context, id) => void operations.get(context.extra)?.delete(id),
      onClose(context) {
        releases.get(context.extra)?.();
        for (const controller of operations.get(context.extra)?.values() ?? []) controller.abort();
        operations.delete(context.extra);
      },
    },
    sockets,
    ALIVE_EVERY_MS,
  );

  function engineOf(args: ExecutionArgs): Envelope {
    const engine = engines.get(args);
    if (engine === undefined) throw new Error('An operation came without its engine.');
    return engine;
  }

  async function argumentsOf(
    context: Context<Record<string, unknown>, { request: IncomingMessage }>,
    payload: SubscribePayload,
    signal: AbortSignal,
  ) {
    const request = new Request('http://localhost/graphql', {
      headers: headersOf(context.extra.request, context.connectionParams),
      signal,
    });
    const { parse, validate, execute, subscribe, contextFactory } = yoga.getEnveloped({
      req: context.extra.request,
      request,
      params: payload,
    });
    try {
      const document = parse(payload.query);
      const spent = spend(request, context.extra.request, getOperationAST(document, payload.operationName));
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
      engines.set(args, { execute, subscribe });
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
    const { retryAfter } = budget.take(callerOf(headers.get('authorization'), socket.remoteAddress));
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
  return async () => served.dispose();
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
