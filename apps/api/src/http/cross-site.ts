import type { IncomingMessage } from 'node:http';
import type { Problem } from './respond.ts';

/**
 * Refuses requests that another site's page could send with the visitor's cookies: those with a foreign origin, and
 * "simple" POST requests, for which a browser asks no permission first.
 */
export function crossSiteProblem(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  isOriginAllowed: (origin: string | undefined) => boolean,
): Problem | null {
  if (!isOriginAllowed(headers.origin))
    return {
      status: 403,
      code: 'ORIGIN_NOT_ALLOWED',
      message:
        "Requests must come from this server's own pages, or from programs. If this is the server's own page, its operator has to set PUBLIC_URL to the address in the browser.",
    };
  if (method !== 'POST') return null;
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json' || type === 'application/graphql-response+json') return null;
  return { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send application/json.' };
}
