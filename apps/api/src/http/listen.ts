import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applyMigrations } from '@project-sync/db';
import { printSchema } from 'graphql';
import { Registry, collectDefaultMetrics, Counter } from 'prom-client';
import type { Application } from '../compose.ts';
import { openLiveCredentials } from '../auth/live-credentials.ts';
import { whoAsks } from '../auth/authenticate.ts';
import type { People } from '../auth/people.ts';
import { answerMcp } from '../mcp/answer-mcp.ts';
import type { Viewer } from '../graphql/context.ts';
import { schema } from '../schema/schema.ts';
import { tracedRequest } from '../telemetry/traced.ts';
import { answerAuth, bodyOf, signInBudgets } from './answer-auth.ts';
import { openGraphql } from './graphql.ts';
import { serveJson } from './json-endpoint.ts';
import { answerRawFile } from './raw-file.ts';
import { RequestBudget } from './request-budget.ts';
import { inProcess, userEndpoints, withApi } from './user-endpoints.ts';
import { takeWebhook } from './webhook.ts';
import { openWebsocket } from './websocket.ts';

/** A server that answers. */
export interface Listening {
  readonly url: string;
  /** Where it listens, whatever stands before it. */
  readonly port: number;
  readonly people: People;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const LARGEST_QUERY = 1 << 20;
const LARGEST_WEBHOOK = 25 << 20;
const webBuild = fileURLToPath(new URL('../../../web/build/handler.js', import.meta.url));

/** Serves everything on one port. */
export async function listen(application: Application): Promise<Listening> {
  const { configuration, services, database, log } = application;
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000 });
  await opened(server, configuration.PORT, configuration.HOST);
  const address = server.address();
  const port = address instanceof Object ? address.port : configuration.PORT;
  const host = configuration.HOST.includes(':') ? `[${configuration.HOST}]` : configuration.HOST;
  const url = (configuration.PUBLIC_URL ?? `http://${host}:${port}`).replace(/\/+$/, '');
  const people = await application.people(url);
  const budget = new RequestBudget(1200, 20);
  const asks = whoAsks(database, people);
  const who = async (headers: Headers): Promise<Viewer | null> => {
    const viewer = await asks(headers);
    const authorization = headers.get('authorization');
    if (viewer !== null && authorization !== null) budget.know(authorization);
    return viewer;
  };
  const live = await openLiveCredentials(database);
  const yoga = openGraphql({ schema, services, log, live, budget, publicUrl: url, whoAsks: who });
  const originAllowed = (origin: string | undefined) =>
    origin === undefined || origin === new URL(url).origin;
  const closeSockets = openWebsocket({
    server,
    schema,
    yoga,
    live,
    budget,
    log,
    whoAsks: who,
    originAllowed,
  });
  const tries = signInBudgets();
  const endpoints = userEndpoints(database, people, tries);
  const builtWeb = await webHandler();
  const callApi = inProcess(endpoints, people, async (request) => yoga.fetch(request));
  const answerWeb: Handler = (request, response) => {
    // The app's forms are plain requests: one that another site sends, with the visitor's cookies, ends here.
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && !originAllowed(request.headers.origin))
      return text(response, 403, 'Open the page itself.');
    return builtWeb(withApi(request, callApi), response);
  };
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'project_sync_http_requests_total',
    help: 'Requests by path and status.',
    labelNames: ['path', 'status'],
    registers: [registry],
  });
  new Counter({
    name: 'project_sync_sql_statements_total',
    help: 'Statements sent to the database.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(database.statements());
    },
  });
  const sdl = printSchema(schema);

  const routes: Record<string, Handler> = {
    '/healthz': (_request, response) => text(response, 200, 'ok'),
    '/readyz': async (_request, response) => {
      try {
        const migrations = await applyMigrations(database, { dryRun: true });
        if (migrations.outcome === 'nothing-to-do') text(response, 200, 'ready');
        else text(response, 503, 'The database is not migrated to this version.');
      } catch {
        text(response, 503, 'The database does not answer.');
      }
    },
    '/metrics': async (_request, response) => {
      response.setHeader('content-type', registry.contentType);
      response.end(await registry.metrics());
    },
    '/schema.graphql': (_request, response) => text(response, 200, sdl),
    '/graphql': (request, response) => {
      const refused = simpleRequest(request, originAllowed);
      if (refused !== null) return problem(response, refused.status, refused.code, refused.message);
      if (!paid(request, response)) return;
      if (Number(request.headers['content-length'] ?? 0) > LARGEST_QUERY)
        return problem(response, 413, 'BODY_TOO_LARGE', 'A request may have 1 MB.');
      return capped(request, response, LARGEST_QUERY, () => yoga(request, response));
    },
    '/mcp': async (request, response) => {
      const simple = simpleRequest(request, originAllowed);
      if (simple !== null) return problem(response, simple.status, simple.code, simple.message);
      if (!paid(request, response)) return;
      const viewer = await who(headersOf(request)).catch(() => null);
      if (viewer === null)
        return problem(response, 401, 'UNAUTHENTICATED', 'Send: Authorization: Bearer <key>.');
      const body = request.method === 'POST' ? await bodyOf(request, LARGEST_QUERY) : new Uint8Array();
      if (body === null) return problem(response, 413, 'BODY_TOO_LARGE', 'A request may have 1 MB.');
      return answerMcp(request, response, parsed(body), async (query, variables) => {
        const headers = new Headers({ 'content-type': 'application/json' });
        for (const name of ['authorization', 'cookie']) {
          const value = headersOf(request).get(name);
          if (value !== null) headers.set(name, value);
        }
        const asked = { method: 'POST', headers, body: JSON.stringify({ query, variables }) };
        return (await yoga.fetch(`${url}/graphql`, asked)).json();
      });
    },
    '/webhooks/github': async (request, response) => {
      const secret = configuration.GITHUB_WEBHOOK_SECRET;
      if (secret === undefined || request.method !== 'POST') return text(response, 404, 'Not found');
      const body = await bodyOf(request, LARGEST_WEBHOOK);
      if (body === null) return text(response, 413, 'Too large');
      const { status, message } = await takeWebhook(services, secret, { headers: headersOf(request), body });
      return text(response, status, message);
    },
    '/sign-in': (request, response) => {
      const token = new URL(request.url ?? '/', url).searchParams.get('token');
      if (token === null) return answerWeb(request, response);
      response
        .writeHead(302, {
          location: people.verifyPath(token, '/'),
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
        })
        .end();
    },
  };

  const answerRaw: Handler = async (request, response) =>
    answerRawFile(services, await who(headersOf(request)).catch(() => null), request, response);
  const auth: Handler = (request, response) => answerAuth(people, tries, request, response);
  const ways = ['password', ...(people.githubSite === null ? [] : ['github'])];
  routes['/sign-in/ways'] = (_request, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ ways }));
  };
  for (const [path, endpoint] of Object.entries(endpoints))
    routes[path] = (request, response) => {
      const refused = simpleRequest(request, originAllowed);
      if (refused !== null) return problem(response, refused.status, refused.code, refused.message);
      return serveJson({ endpoint, baseUrl: url }, request, response);
    };

  server.on('request', (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const known =
      routes[path] ??
      (path.startsWith('/api/auth/') ? auth : path.startsWith('/raw/') ? answerRaw : answerWeb);
    const route = path in routes ? path : 'other';
    response.on('finish', () => requests.inc({ path: route, status: response.statusCode }));
    Promise.resolve()
      .then(() => tracedRequest({ request, response, route }, () => known(request, response)))
      .catch((error: unknown) => {
        log.error({ error, path }, 'A request failed.');
        if (!response.headersSent) text(response, 500, 'Something unexpected went wrong.');
        else response.destroy();
      });
  });

  /** Takes one request of the caller's budget and tells what is left; refuses where nothing is. */
  function paid(request: IncomingMessage, response: ServerResponse): boolean {
    const caller = budget.callerOf(request.headers.authorization, request.socket.remoteAddress);
    const { left, retryAfter } = budget.take(caller);
    response.setHeader('x-ratelimit-limit', budget.limit);
    response.setHeader('x-ratelimit-remaining', left);
    if (retryAfter === null) return true;
    response.setHeader('retry-after', retryAfter);
    problem(response, 429, 'RATE_LIMITED', `Too many requests. Try again in ${retryAfter} s.`);
    return false;
  }

  return {
    url,
    port,
    people,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await live.close();
      await closeSockets();
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), 3000);
      await closed;
      clearTimeout(force);
    },
  };
}

/** A page elsewhere can send these with the visitor's cookies and without asking first: they are refused. */
function simpleRequest(
  request: IncomingMessage,
  originAllowed: (origin: string | undefined) => boolean,
): { status: number; code: string; message: string } | null {
  if (!originAllowed(request.headers.origin))
    return {
      status: 403,
      code: 'ORIGIN_NOT_ALLOWED',
      message: "Requests come from this server's own pages, or from programs.",
    };
  if (request.method !== 'POST') return null;
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json' || type === 'application/graphql-response+json') return null;
  return { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send application/json.' };
}

/** Ends a request whose body grows over the limit, whatever its headers promised. */
function capped(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
  answer: () => unknown,
): unknown {
  let size = 0;
  const count = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limit) {
      if (!response.headersSent) problem(response, 413, 'BODY_TOO_LARGE', 'A request may have 1 MB.');
      request.destroy();
    }
  };
  const answered = answer();
  request.on('data', count);
  return answered;
}

/** JSON, or nothing that any protocol knows. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers.set(name, value);
  return headers;
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}

function problem(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

function opened(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The built web app; before it is built, a line that says how to. */
async function webHandler(): Promise<Handler> {
  if (!existsSync(webBuild))
    return (_request, response) =>
      text(response, 404, 'The web app is not built yet: run pnpm build. The API is at /graphql.');
  const built: unknown = await import(pathToFileURL(webBuild).href);
  const handler: unknown = typeof built === 'object' && built !== null ? Reflect.get(built, 'handler') : null;
  if (typeof handler !== 'function') throw new Error("The web app's build has no handler.");
  return (request, response) =>
    Reflect.apply(handler, null, [request, response, () => text(response, 404, 'Not found')]);
}
