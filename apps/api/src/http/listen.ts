import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isDatabaseAway } from '@project-sync/db';
import type { People } from '../auth/people.ts';
import type { Application } from '../compose.ts';
import { schema } from '../schema/schema.ts';
import { tracedRequest } from '../telemetry/traced.ts';
import { closeWithin, openPort, timeouts } from './open-port.ts';
import { publicUrlOf } from './public-url.ts';
import { RETRY_AFTER, sendProblem, sendText } from './respond.ts';
import { routeTable, type Route } from './route-table.ts';
import { RequestBudget } from './request-budget.ts';
import { openSite, type Site } from './site.ts';
import { openWebsocket } from './websocket.ts';

/** A running server. */
export interface Listening {
  /** The public URL. */
  readonly url: string;
  /** The port it listens on, which differs from the URL's behind a proxy. */
  readonly port: number;
  readonly people: People;
  /** Goes on answering, while `/readyz` tells load balancers to send no more. */
  drain(): void;
  close(): Promise<void>;
}

/** Serves everything on one port. A caller has 20 requests a second on average, with bursts of 1,200. */
export async function listen(
  application: Application,
  budget = new RequestBudget(1200, 20),
): Promise<Listening> {
  const server = createServer(timeouts);
  const port = await openPort(server, application.configuration);
  const site = await openSite(application, publicUrlOf(application.configuration, port), budget);
  const { url, people, live } = site;
  const closeSockets = openWebsocket(server, { ...site, schema, log: application.log });
  const routeOf = await routeTable(site);
  server.on('request', (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    void answer(site, { request, response, path, route: routeOf(path) });
  });
  return {
    url,
    port,
    people,
    drain: () => void (site.state.isDraining = true),
    async close() {
      await closeWithin(server, async () => {
        await live.close();
        await closeSockets();
      });
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly route: Route;
}

/** Answers a request, counts it, and reports what its route did not handle. */
async function answer(
  { url, state, application: { log, metrics } }: Site,
  { request, response, path, route: { label, handler } }: Exchange,
): Promise<void> {
  response.setHeader('x-request-id', requestIdOf(request));
  const begun = performance.now();
  response.on('finish', () =>
    metrics.server.answered(label, response.statusCode, (performance.now() - begun) / 1000),
  );
  protect(response, url);
  // Kept open, a connection would be asked again after the server has gone.
  if (state.isDraining) response.setHeader('connection', 'close');
  try {
    await tracedRequest({ request, response, route: label }, () => handler(request, response));
  } catch (error) {
    log.error({ error, path, request: response.getHeader('x-request-id') }, 'A request failed.');
    if (response.headersSent) response.destroy();
    else if (isDatabaseAway(error)) {
      response.setHeader('retry-after', RETRY_AFTER);
      sendProblem(response, {
        status: 503,
        code: 'DATABASE_UNAVAILABLE',
        message: 'The database does not answer. Try again in a moment.',
      });
    } else sendText(response, 500, 'An unexpected error occurred.');
  }
}

/** Headers of every answer. A route may set others, such as the policy of its page. */
function protect(response: ServerResponse, url: string): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'same-origin');
  if (url.startsWith('https:')) response.setHeader('strict-transport-security', 'max-age=31536000');
}

/** The sender's own ID where it sends one, so that its logs and ours can be brought together. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}
