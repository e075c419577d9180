import type { IncomingMessage, ServerResponse } from 'node:http';
import { CLIENT_ADDRESS_HEADER } from '../auth/people.ts';
import { readBody } from './read-body.ts';
import { headersOf, sendResponse } from './respond.ts';

/** One small JSON endpoint beside GraphQL. */
export type JsonEndpoint = (request: Request) => Promise<Response>;

/** Serves an endpoint to a Node request. Answers name users and tokens, so no cache may store them. */
export async function serveJson(
  { endpoint, baseUrl, address }: { endpoint: JsonEndpoint; baseUrl: string; address: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return sendResponse(response, problemOf(413, 'BODY_TOO_LARGE', 'The limit is 64 kB.'));
  const { method = 'GET' } = request;
  const bodyless = method === 'GET' || method === 'HEAD';
  const url = new URL(request.url ?? '/', baseUrl);
  const headers = headersOf(request);
  headers.set(CLIENT_ADDRESS_HEADER, address);
  const answer = await endpoint(new Request(url, { method, headers, ...(bodyless ? {} : { body }) }));
  response.setHeader('cache-control', 'no-store');
  await sendResponse(response, answer);
}

/** The texts of a JSON object; empty if the body is no JSON object. */
export async function jsonOf(request: Request): Promise<Readonly<Record<string, string | undefined>>> {
  const parsed: unknown = await request.json().catch(() => null);
  if (!(parsed instanceof Object)) return {};
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => typeof value === 'string'));
}

/** Whether a value is one of an object's own keys. */
export function isOneOf<Key extends string>(
  table: Readonly<Record<Key, unknown>>,
  value: unknown,
): value is Key {
  return typeof value === 'string' && Object.hasOwn(table, value);
}

/** A refusal: a stable code and one sentence. */
export function problemOf(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}

/** The refusal of a request without a session. */
export function signedOut(): Response {
  return problemOf(401, 'UNAUTHENTICATED', 'Sign in first.');
}
