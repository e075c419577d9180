import type { IncomingMessage } from 'node:http';
import { takeDelivery } from '@project-sync/db';
import { z } from 'zod';
import type { ApiServices } from '../../graphql/context.ts';
import { readPushes } from '../../webhooks/incoming/read-pushes.ts';
import { isSame, signatureOf } from '../../webhooks/sign-body.ts';
import { parseJson, payloadOf } from '../read-body.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';
import type { Site } from '../site.ts';
import type { TakeBody, WebhookAnswer } from '../take-body.ts';
import { traceParent } from '../../telemetry/trace-parent.ts';

const origin = z.object({ repository: z.object({ html_url: z.string() }) });

/** `/webhooks/github`: starts syncs of pushed branches. Answers 404 until there is a secret: configured, or the App's. */
export function githubWebhook(
  { application: { services } }: Pick<Site, 'application'>,
  secret: string | undefined,
  takeBody: TakeBody,
): Handler {
  return async (request, response) => {
    const ofApp = (await services.githubApps.current())?.webhookSecret;
    const secrets = [secret, ofApp].filter((one) => one != null);
    if (secrets.length === 0 || request.method !== 'POST') return sendText(response, 404, 'Not found');
    return takeBody(request, response, {
      refuse: () => refusalOf(request),
      answer: (body) => answer(services, secrets, { headers: headersOf(request), body }),
    });
  };
}

/** Refuses by the headers alone what need not be read. */
function refusalOf({ headers }: IncomingMessage): WebhookAnswer | null {
  if (!/^sha256=[0-9a-f]{64}$/.test(String(headers['x-hub-signature-256'] ?? '')))
    return { status: 401, message: 'signature' };
  if (!/^[\w-]{1,100}$/.test(String(headers['x-github-delivery'] ?? '')))
    return { status: 400, message: 'delivery' };
  return null;
}

/** Handles one delivery. A push event is only a wake-up: the sync itself reads the branch from its source. */
async function answer(
  { database, jobs }: ApiServices,
  secrets: readonly string[],
  { headers, body }: { headers: Headers; body: Uint8Array },
): Promise<WebhookAnswer> {
  const signature = headers.get('x-hub-signature-256') ?? '';
  if (!secrets.some((secret) => isSame(signature, signatureOf(secret, body))))
    return { status: 401, message: 'signature' };
  const event = headers.get('x-github-event') ?? '';
  const payload = parseJson(payloadOf(body, headers.get('content-type') ?? ''));
  const pushed = readPushes('github', event, payload);
  if (pushed === null) return { status: 202, message: 'ignored' };
  const from = origin.safeParse(payload);
  if (pushed === undefined || !from.success) return { status: 400, message: 'payload' };
  const [push] = pushed;
  if (push === undefined) return { status: 202, message: 'ignored' };
  const id = headers.get('x-github-delivery') ?? '';
  const url = from.data.repository.html_url;
  const delivery = { id, body, url, ...push, traceParent: traceParent() };
  const started = await takeDelivery(database, jobs, delivery);
  return started === null
    ? { status: 200, message: 'seen before' }
    : { status: 202, message: `${started} started` };
}
