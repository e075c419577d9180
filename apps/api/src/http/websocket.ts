import type { IncomingMessage, Server } from 'node:http';
import { specifiedRules, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, type SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { LiveCredentials } from '../auth/live-credentials.ts';
import type { ApiServices, Viewer } from '../schema/context.ts';
import { apiError } from '../schema/errors.ts';
import { contextOf } from './context-of.ts';
import type { openGraphql } from './graphql.ts';

/** What the socket endpoint is made of. */
export interface WebsocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly yoga: ReturnType<typeof openGraphql>;
  readonly whoAsks: (headers: Headers) => Promise<Viewer | null>;
  readonly live: LiveCredentials;
  /** Cross-site pages may open sockets with the visitor's cookies; only our own origin may. */
  readonly originAllowed: (origin: string | undefined) => boolean;
}

const LARGEST_MESSAGE = 1 << 20;
const STREAMS_PER_SOCKET = 50;
const ALIVE_EVERY_MS = 12_000;

/** `/graphql` over graphql-transport-ws. Returns the way to close every socket. */
export function openWebsocket(options: WebsocketOptions): () => Promise<void> {
  const { server, schema, services, yoga, whoAsks, live, originAllowed } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const viewers = new WeakMap<object, Viewer>();
  const operations = new WeakMap<object, Map<string, AbortController>>();
  const releases = new WeakMap<object, () => void>();
  const served = useServer<Record<string, unknown>, { request: IncomingMessage }>(
    {
      schema,
      connectionInitWaitTimeout: 5000,
      async onConnect(context) {
        const headers = headersOf(context.extra.request, context.connectionParams);
        try {
          const viewer = await whoAsks(headers);
          if (viewer === null) return false;
          viewers.set(context.extra, viewer);
          operations.set(context.extra, new Map());
          const { signal, release } = live.follow(viewer);
          signal.addEventListener('abort', () => context.extra.socket.close(CloseCode.Forbidden, 'Forbidden'));
          releases.set(context.extra, release);
          return true;
        } catch {
          return false;
        }
      },
      async onSubscribe(context, id, payload) {
        const open = operations.get(context.extra);
        if (open === undefined || open.size >= STREAMS_PER_SOCKET) {
          return [apiError('TOO_MANY_STREAMS', `A socket carries ${STREAMS_PER_SOCKET} operations at once. Complete one first.`)];
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

  async function argumentsOf(context: Context<Record<string, unknown>, { request: IncomingMessage }>, payload: SubscribePayload, signal: AbortSignal) {
    const request = new Request('http://localhost/graphql', { headers: headersOf(context.extra.request, context.connectionParams), signal });
    const { parse, ...engine } = yoga.getEnveloped({ req: context.extra.request, request, params: payload });
    const document = parse(payload.query);
    const problems = engine.validate(schema, document, specifiedRules);
    if (problems.length > 0) return problems;
    const viewer = viewers.get(context.extra) ?? null;
    return {
      schema, document, contextValue: contextOf(services, viewer, request),
      variableValues: payload.variables ?? {}, operationName: payload.operationName ?? null,
    } satisfies ExecutionArgs;
  }

  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?', 1)[0];
    if (path !== '/graphql' || !originAllowed(request.headers.origin)) {
      socket.end(`HTTP/1.1 ${path === '/graphql' ? '403 Forbidden' : '404 Not Found'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });
  return async () => served.dispose();
}

/** A browser has its cookie; a program has `connectionParams.authorization`, as it cannot set headers everywhere. */
function headersOf(request: IncomingMessage, parameters: Readonly<Record<string, unknown>> | undefined): Headers {
  const headers = new Headers();
  const authorization = parameters?.['authorization'] ?? parameters?.['Authorization'] ?? request.headers.authorization;
  if (typeof authorization === 'string') headers.set('authorization', authorization);
  if (request.headers.cookie !== undefined) headers.set('cookie', request.headers.cookie);
  return headers;
}
