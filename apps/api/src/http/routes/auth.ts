import type { ServerResponse } from 'node:http';
import type { People } from '../../auth/people.ts';
import { parseJson, readBody } from '../read-body.ts';
import { headersOf, sendResponse, type Handler } from '../respond.ts';
import type { SignInBudgets } from '../sign-in-budgets.ts';

/** `/api/auth/…`: sessions, and the ways to get one. */
export function auth(people: People, budgets: SignInBudgets): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', people.url);
    const body = await readBody(request);
    if (body === null)
      return refuse(response, 413, { code: 'BODY_TOO_LARGE', message: 'A request may be 64 kB at most.' });
    if (url.pathname.startsWith('/api/auth/sign-in/')) {
      const wait = waitBeforeAttempt(budgets, request.socket.remoteAddress ?? '', body);
      if (wait > 0) {
        response.setHeader('retry-after', String(wait));
        const message = `Too many attempts. Try again in ${wait} s.`;
        return refuse(response, 429, { code: 'RATE_LIMITED', message });
      }
    }
    const { method = 'GET' } = request;
    const isBodyless = method === 'GET' || method === 'HEAD';
    const init = { method, headers: headersOf(request), ...(isBodyless ? {} : { body }) };
    return sendResponse(response, await people.handler(new Request(url, init)));
  };
}

/** Takes an attempt from both budgets. Returns the seconds to wait, or 0. */
function waitBeforeAttempt(budgets: SignInBudgets, address: string, body: Buffer): number {
  const attempts = [budgets.byAddress.take(address)];
  const email = emailIn(body);
  if (email !== null) attempts.push(budgets.byEmail.take(email));
  return Math.max(0, ...attempts.map(({ retryAfter }) => retryAfter ?? 0));
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
