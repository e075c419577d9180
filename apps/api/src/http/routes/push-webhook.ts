import { findPushHook, takePushes, type PushHook } from '@project-sync/db';
import type { ApiServices } from '../../graphql/context.ts';
import { uuidOrNothing } from '../../graphql/ids.ts';
import { traceParent } from '../../telemetry/trace-parent.ts';
import { readPushes } from '../../webhooks/incoming/read-pushes.ts';
import { recognizeForge, type ForgeHeaders } from '../../webhooks/incoming/recognize-forge.ts';
import { parseJson, payloadOf } from '../read-body.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';
import type { Site } from '../site.ts';
import type { TakeBody, WebhookAnswer } from '../take-body.ts';

export const PUSH_WEBHOOKS = '/webhooks/';

// The same for a hook that is none, so that no repository can be found by trying.
const unproven: WebhookAnswer = { status: 401, message: 'signature' };

/** `/webhooks/<id>`: starts syncs of the branches that the Git server of one repository reports. */
export function pushWebhook(
  { application: { services } }: Pick<Site, 'application'>,
  takeBody: TakeBody,
): Handler {
  return async (request, response) => {
    if (request.method !== 'POST') return sendText(response, 404, 'Not found');
    const headers = headersOf(request);
    const forge = recognizeForge(headers);
    const id = (request.url ?? '').split('?', 1)[0]?.slice(PUSH_WEBHOOKS.length) ?? '';
    let hook: PushHook | null = null;
    return takeBody(request, response, {
      async refuse() {
        if (forge === null) return unproven;
        hook = await findPushHook(services.database, uuidOrNothing(id));
        return hook === null ? unproven : null;
      },
      answer: (body) =>
        hook === null || forge === null
          ? Promise.resolve(unproven)
          : answer(services, hook, { forge, body, type: headers.get('content-type') ?? '' }),
    });
  };
}

interface Delivered {
  readonly forge: ForgeHeaders;
  readonly body: Uint8Array;
  readonly type: string;
}

async function answer(
  { database, jobs, seal }: ApiServices,
  { projectId, id, repositoryId, secretCipher }: PushHook,
  { forge: { forge, event, key, proves }, body, type }: Delivered,
): Promise<WebhookAnswer> {
  if (!proves(seal.open(secretCipher, `${projectId}:${id}`), body)) return unproven;
  const pushed = readPushes(forge, event, parseJson(payloadOf(body, type)));
  const outcome = await takePushes(database, jobs, {
    projectId,
    repositoryId,
    forge,
    event: event.slice(0, 100),
    key,
    pushed: pushed ?? [],
    traceParent: traceParent(),
    refused: pushed === undefined ? 'payload' : pushed === null || pushed.length === 0 ? 'ignored' : null,
  });
  return outcome;
}
