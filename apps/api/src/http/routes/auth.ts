import type { ServerResponse } from 'node:http';
import { CLIENT_ADDRESS_HEADER } from '../../auth/people.ts';
import { parseJson, readBody } from '../read-body.ts';
import { headersOf, sendResponse, type Handler } from '../respond.ts';
import { waitToSignIn } from '../sign-in-budgets.ts';
import type { Site } from '../site.ts';

/** `/api/auth/…`: sessions, and the ways to get one. */
export function auth({
  application: { log },
  people,
  signInBudgets,
  addressOf,
}: Pick<Site, 'application' | 'people' | 'signInBudgets' | 'addressOf'>): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', people.url);
    const body = await readBody(request);
    if (body === null)
      return refuse(response, 413, { code: 'BODY_TOO_LARGE', message: 'A request may be 64 kB at most.' });
    const address = addressOf(request);
    const attempt = { address, email: emailIn(body) };
    const isAttempt = /^\/api\/auth\/(sign-in|passkey|magic-link)\//.test(url.pathname);
    if (isAttempt) {
      const wait = waitToSignIn(signInBudgets, attempt);
      if (wait > 0) {
        response.setHeader('retry-after', String(wait));
        const message = `Too many attempts. Try again in ${wait} s.`;
        return refuse(response, 429, { code: 'RATE_LIMITED', message });
      }
    }
    const { method = 'GET' } = request;
    const isBodyless = method === 'GET' || method === 'HEAD';
    const headers = headersOf(request);
    // Replaces what a client may have written there itself.
    headers.set(CLIENT_ADDRESS_HEADER, address);
    const init = { method, headers, ...(isBodyless ? {} : { body }) };
    const answer = await people.handler(new Request(url, init));
    if (isAttempt && answer.ok) signInBudgets.remember(attempt);
    // Without the email: a password may have been typed there.
    if (isAttempt && answer.status >= 400)
      log.warn(
        { event: 'signInRefused', path: url.pathname, status: answer.status, address },
        'A sign-in was refused.',
      );
    return sendResponse(response, answer);
  };
}

/** Returns the email to sign in with, normalized. */
function emailIn(body: Buffer): string | null {
  const parsed = parseJson(body);
  const email: unknown = parsed instanceof Object ? Reflect.get(parsed, 'email') : null;
  return typeof email === 'string' ? email.trim().toLowerCase().slice(0, 320) : null;
}

function refuse(
  response: ServerResponse,
  status: number,
  problem: { readonly code: string; readonly message: string },
): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(problem));
}
