import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.ts';
import { RequestBudget } from './request-budget.ts';
import { sendText } from './respond.ts';
import { networkOfClient, type AddressOf } from './client-address.ts';

/** GitHub's own limit for a payload. */
const LARGEST_WEBHOOK = 25 << 20;
/** A signature is only known to be right once the body is read, so the number of bodies in memory has a limit. */
const MOST_AT_ONCE = 3;

/** A delivery's status and a word for people who look at deliveries at their Git server. */
export interface WebhookAnswer {
  readonly status: number;
  readonly message: string;
}

/** The two steps of a route of webhooks. */
interface WebhookExchange {
  /** Refuses by headers and rows what need not be read. */
  readonly refuse: () => WebhookAnswer | null | Promise<WebhookAnswer | null>;
  readonly answer: (body: Buffer<ArrayBuffer>) => Promise<WebhookAnswer>;
}

/** Reads and answers one delivery. */
export type TakeBody = (
  request: IncomingMessage,
  response: ServerResponse,
  exchange: WebhookExchange,
) => Promise<void>;

/** Takes the bodies of webhooks, within a budget of each sender and a number of bodies at a time. */
export function bodyTaker(addressOf: AddressOf): TakeBody {
  // A Git server sends from many addresses; 120 at once and 10 a second are far more than one repository's pushes.
  const budget = new RequestBudget(120, 10);
  let reading = 0;
  return async (request, response, { refuse, answer }) => {
    const { retryAfter } = budget.take(networkOfClient(addressOf(request)));
    if (retryAfter !== null || reading >= MOST_AT_ONCE) {
      response.setHeader('retry-after', String(retryAfter ?? 1));
      return sendText(response, retryAfter === null ? 503 : 429, 'Try again');
    }
    reading += 1;
    try {
      const isTooLarge = Number(request.headers['content-length'] ?? 0) > LARGEST_WEBHOOK;
      const refused = (await refuse()) ?? (isTooLarge ? { status: 413, message: 'Too large' } : null);
      if (refused !== null) return sendText(response, refused.status, refused.message);
      const body = await readBody(request, LARGEST_WEBHOOK);
      if (body === null) return sendText(response, 413, 'Too large');
      const { status, message } = await answer(body);
      return sendText(response, status, message);
    } finally {
      reading -= 1;
    }
  };
}
