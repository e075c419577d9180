import type { DeliveryAnswer, DueDelivery, WebhookOutbox } from '@project-sync/db';
import { SyncError } from '@project-sync/sync';
import type { Seal } from '../auth/token-cipher.ts';
import { sendAsDue } from '../outbox/send-as-due.ts';
import { version } from '../version.ts';
import { deliveryBody } from './delivery-body.ts';
import { postPinned } from './post-pinned.ts';
import { signatureOf } from './sign-body.ts';
import { parseWebhookAddress, resolveWebhook } from './webhook-address.ts';

/** Deliveries that are sent at the same time. */
const AT_ONCE = 8;

/** The parts of the sender. */
export interface WebhookSenderOptions {
  readonly outbox: WebhookOutbox;
  readonly seal: Pick<Seal, 'open'>;
  readonly publicUrl: string;
  readonly allowedHosts: readonly string[] | null;
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly redact: (text: string) => string;
  /** The time that a receiver has for its answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: { error(context: object, message: string): void };
}

/** Sends the deliveries of webhooks as they fall due, until it is stopped. */
export function sendWebhooks(options: WebhookSenderOptions): Promise<{ readonly stop: () => Promise<void> }> {
  const { outbox, log } = options;
  return sendAsDue({
    outbox,
    atOnce: AT_ONCE,
    send: (delivery, signal) => send(delivery, options, signal),
    wasTaken: ({ failure }) => failure === null,
    report: (error) => log.error({ error }, 'The deliveries of webhooks could not be read.'),
  });
}

/** Makes one call, which never throws: every failure is the delivery's own. */
async function send(
  delivery: DueDelivery,
  { seal, publicUrl, allowedHosts, resolve, redact, timeoutMs, log }: WebhookSenderOptions,
  stopped: AbortSignal,
): Promise<DeliveryAnswer> {
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]);
  try {
    // The operator may have narrowed the policy since the webhook was created.
    const url = parseWebhookAddress(delivery.url, allowedHosts);
    const secret = seal.open(delivery.secretCipher, `${delivery.projectId}:${delivery.webhookId}`);
    const body = deliveryBody(delivery, { publicUrl, redact });
    const { status, head } = await postPinned({
      url,
      addresses: await resolveWebhook(url, allowedHosts, resolve),
      headers: headersOf(delivery, signatureOf(secret, body)),
      body,
      signal,
    });
    // PostgreSQL stores no NUL, and a receiver may send anything back.
    const shown = redact(head.replaceAll('\0', '\uFFFD').toWellFormed().replaceAll(secret, '«redacted»'));
    return { status, head: shown, durationMs: durationMs(), failure: failureOf(status) };
  } catch (error) {
    const known = signal.aborted ? `No answer within ${timeoutMs / 1000} seconds.` : messageOf(error);
    if (known === null) log.error({ error, webhook: delivery.webhookId }, 'A delivery could not be sent.');
    const failure = known ?? 'The delivery could not be sent; the log of the server says why.';
    return { status: null, head: null, durationMs: durationMs(), failure };
  }
}

function headersOf({ event, publicId }: DueDelivery, signature: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': `Project-Sync/${version}`,
    'x-project-sync-event': event,
    'x-project-sync-delivery': publicId,
    'x-hub-signature-256': signature,
  };
}

function failureOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400
    ? `The address answered ${status}; redirects are not followed.`
    : `The address answered ${status}.`;
}

/** The reason in words; null for an error that only the log can explain. */
function messageOf(error: unknown): string | null {
  if (error instanceof SyncError)
    return error.code === 'AUTHENTICATION_FAILED'
      ? 'The secret was encrypted under another APP_SECRET. Give the webhook a new one.'
      : error.message;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  return typeof code === 'string' ? `The connection failed (${code}).` : null;
}
