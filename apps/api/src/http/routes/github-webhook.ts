import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { takeDelivery } from '@project-sync/db';
import { z } from 'zod';
import type { ApiServices } from '../../graphql/context.ts';
import { networkOfClient } from '../client-address.ts';
import { parseJson, readBody } from '../read-body.ts';
import { RequestBudget } from '../request-budget.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';
import type { Site } from '../site.ts';
import { traceParent } from '../../telemetry/trace-parent.ts';

/** GitHub's own limit for a payload. */
const LARGEST_WEBHOOK = 25 << 20;
/** A signature is only known to be right once the body is read, so the number of bodies in memory has a limit. */
const MOST_AT_ONCE = 3;

const push = z.object({
  ref: z.string(),
  deleted: z.boolean().optional(),
  repository: z.object({ html_url: z.string() }),
});

/** A delivery's status and a word for people who look at deliveries on GitHub. */
interface Answer {
  readonly status: number;
  readonly message: string;
}

/** `/webhooks/github`: starts syncs of pushed branches. Answers 404 until a secret is configured. */
export function githubWebhook(
  { application: { services }, addressOf }: Pick<Site, 'application' | 'addressOf'>,
  secret: string | undefined,
): Handler {
  // GitHub sends from many addresses; 120 at once and 10 a second are far more than one repository's pushes.
  const budget = new RequestBudget(120, 10);
  let reading = 0;
  return async (request, response) => {
    if (secret === undefined || request.method !== 'POST') return sendText(response, 404, 'Not found');
    const refused = refusalOf(request);
    if (refused !== null) return sendText(response, refused.status, refused.message);
    const { retryAfter } = budget.take(networkOfClient(addressOf(request)));
    if (retryAfter !== null || reading >= MOST_AT_ONCE) {
      response.setHeader('retry-after', String(retryAfter ?? 1));
      return sendText(response, retryAfter === null ? 503 : 429, 'Try again');
    }
    reading += 1;
    try {
      const body = await readBody(request, LARGEST_WEBHOOK);
      if (body === null) return sendText(response, 413, 'Too large');
      const { status, message } = await answer(services, secret, { headers: headersOf(request), body });
      return sendText(response, status, message);
    } finally {
      reading -= 1;
    }
  };
}

/** Refuses by the headers alone what need not be read. */
function refusalOf({ headers }: IncomingMessage): Answer | null {
  if (!/^sha256=[0-9a-f]{64}$/.test(String(headers['x-hub-signature-256'] ?? '')))
    return { status: 401, message: 'signature' };
  if (!/^[\w-]{1,100}$/.test(String(headers['x-github-delivery'] ?? '')))
    return { status: 400, message: 'delivery' };
  return Number(headers['content-length'] ?? 0) > LARGEST_WEBHOOK
    ? { status: 413, message: 'Too large' }
    : null;
}

/** Handles one delivery. A push event is only a wake-up: the sync itself reads the branch from its source. */
async function answer(
  { database, jobs }: ApiServices,
  secret: string,
  { headers, body }: { headers: Headers; body: Uint8Array },
): Promise<Answer> {
  if (!isSigned(body, secret, headers.get('x-hub-signature-256') ?? ''))
    return { status: 401, message: 'signature' };
  if (headers.get('x-github-event') !== 'push') return { status: 202, message: 'ignored' };
  const event = push.safeParse(parseJson(payloadOf(body, headers.get('content-type') ?? '')));
  if (!event.success) return { status: 400, message: 'payload' };
  const branch = /^refs\/heads\/(.+)$/.exec(event.data.ref)?.[1];
  if (branch === undefined || event.data.deleted === true) return { status: 202, message: 'ignored' };
  const id = headers.get('x-github-delivery') ?? '';
  const url = event.data.repository.html_url;
  const started = await takeDelivery(database, jobs, { id, body, url, branch, traceParent: traceParent() });
  return started === null
    ? { status: 200, message: 'seen before' }
    : { status: 202, message: `${started} started` };
}

/** The JSON of a body. GitHub sends a form unless its webhook was set up to send JSON. */
function payloadOf(body: Uint8Array, type: string): Uint8Array {
  if (!type.startsWith('application/x-www-form-urlencoded')) return body;
  const payload = new URLSearchParams(new TextDecoder().decode(body)).get('payload');
  return new TextEncoder().encode(payload ?? '');
}

function isSigned(body: Uint8Array, secret: string, signature: string): boolean {
  const given = Buffer.from(signature);
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
