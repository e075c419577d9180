import type { IncomingMessage, ServerResponse } from 'node:http';
import type { People } from '../auth/people.ts';
import { RequestBudget } from './request-budget.ts';

const LARGEST_BODY = 65_536;

/** How often it may be tried to sign in, from one address and for one person: guessing takes years then. */
export interface SignInBudgets {
  readonly byAddress: RequestBudget;
  readonly byEmail: RequestBudget;
}

/** Thirty tries at once and one more every two seconds; ten for one person, and one more each minute. */
export function signInBudgets(): SignInBudgets {
  return { byAddress: new RequestBudget(30, 1 / 2), byEmail: new RequestBudget(10, 1 / 60) };
}

/** `/api/auth/…`: sessions, and the ways to get one. */
export async function answerAuth(
  people: People,
  budgets: SignInBudgets,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', people.url);
  const body = await bodyOf(request);
  if (body === null) return refuse(response, 413, 'BODY_TOO_LARGE', 'This takes 64 kB.');
  if (url.pathname.startsWith('/api/auth/sign-in/')) {
    const tries = [budgets.byAddress.take(request.socket.remoteAddress ?? '')];
    const email = emailIn(body);
    if (email !== null) tries.push(budgets.byEmail.take(email));
    const wait = Math.max(0, ...tries.map(({ retryAfter }) => retryAfter ?? 0));
    if (wait > 0) {
      response.setHeader('retry-after', String(wait));
      return refuse(response, 429, 'RATE_LIMITED', `Too many tries. Try again in ${wait} s.`);
    }
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers.set(name, value);
  const { method = 'GET' } = request;
  const bodyless = method === 'GET' || method === 'HEAD';
  await sendAnswer(
    response,
    await people.handler(new Request(url, { method, headers, ...(bodyless ? {} : { body }) })),
  );
}

/** Sends what a handler of the web platform answered. */
export async function sendAnswer(response: ServerResponse, answer: Response): Promise<void> {
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}

/** The body, or null where it is larger than anything that belongs here. */
export async function bodyOf(
  request: IncomingMessage,
  limit = LARGEST_BODY,
): Promise<Buffer<ArrayBuffer> | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > limit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Who wants to be signed in, spelled one way. */
function emailIn(body: Buffer): string | null {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    const email: unknown = parsed instanceof Object ? Reflect.get(parsed, 'email') : null;
    return typeof email === 'string' ? email.trim().toLowerCase().slice(0, 320) : null;
  } catch {
    return null;
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message }));
}
