import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A refused request, as GraphQL clients read it. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Seconds until a request that found no database is worth another attempt. */
export const RETRY_AFTER = '5';

/** Sends plain text. */
export function sendText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}

/** Sends a refusal in the form of a GraphQL response, so that clients of every path read it the same way. */
export function sendProblem(response: ServerResponse, { status, code, message }: Problem): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

/** Sends a response of the web platform. */
export async function sendResponse(response: ServerResponse, answer: Response): Promise<void> {
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}

/** Converts the headers of a request, without those that are sent more than once. */
export function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers.set(name, value);
  return headers;
}
