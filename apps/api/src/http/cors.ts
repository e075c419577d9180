import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handler } from './respond.ts';
import type { Site } from './site.ts';

const exposed = 'x-request-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after';

/**
 * Lets pages of other origins call a route with an API key, if the operator lists them in CORS_ORIGINS. They never act
 * as the visitor: no answer allows credentials, and a cookie that comes along all the same is dropped.
 */
export function withCors(origins: ReadonlySet<string>, handler: Handler): Handler {
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined || !origins.has(origin)) return handler(request, response);
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'origin');
    dropCookies(request);
    if (request.method === 'OPTIONS') return allowRequest(request, response);
    response.setHeader('access-control-expose-headers', exposed);
    return handler(request, response);
  };
}

/** Whether a request of this origin may be answered: our own pages, programs, and the listed origins. */
export function isAllowed(
  { isOriginAllowed, corsOrigins }: Pick<Site, 'isOriginAllowed' | 'corsOrigins'>,
  origin: string | undefined,
): boolean {
  return isOriginAllowed(origin) || (origin !== undefined && corsOrigins.has(origin));
}

/** Removes the cookies that a browser adds by itself. */
export function dropCookies(request: Pick<IncomingMessage, 'headers'>): void {
  delete request.headers.cookie;
}

function allowRequest({ headers }: IncomingMessage, response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers':
        headers['access-control-request-headers'] ?? 'authorization, content-type',
      'access-control-max-age': '600',
    })
    .end();
}
