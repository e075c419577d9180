import { createHmac, timingSafeEqual } from 'node:crypto';
import { startSync } from '@project-sync/db';
import { z } from 'zod';
import type { ApiServices } from '../../graphql/context.ts';
import { parseJson, readBody } from '../read-body.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';

/** GitHub's own limit for a payload. */
const LARGEST_WEBHOOK = 25 << 20;

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
export function githubWebhook(services: ApiServices, secret: string | undefined): Handler {
  return async (request, response) => {
    if (secret === undefined || request.method !== 'POST') return sendText(response, 404, 'Not found');
    const body = await readBody(request, LARGEST_WEBHOOK);
    if (body === null) return sendText(response, 413, 'Too large');
    const { status, message } = await takeDelivery(services, secret, { headers: headersOf(request), body });
    return sendText(response, status, message);
  };
}

/** Handles one delivery. A push event is only a wake-up: the sync itself reads the branch from its source. */
async function takeDelivery(
  services: ApiServices,
  secret: string,
  { headers, body }: { headers: Headers; body: Uint8Array },
): Promise<Answer> {
  if (!isSigned(body, secret, headers.get('x-hub-signature-256') ?? ''))
    return { status: 401, message: 'signature' };
  const delivery = headers.get('x-github-delivery') ?? '';
  if (!/^[\w-]{1,100}$/.test(delivery)) return { status: 400, message: 'delivery' };
  if (headers.get('x-github-event') !== 'push') return { status: 202, message: 'ignored' };
  const event = push.safeParse(parseJson(body));
  if (!event.success) return { status: 400, message: 'payload' };
  const { count } = await services.database.prisma.webhookDelivery.createMany({
    data: [{ id: delivery }],
    skipDuplicates: true,
  });
  if (count === 0) return { status: 200, message: 'seen before' };
  const branch = /^refs\/heads\/(.+)$/.exec(event.data.ref)?.[1];
  if (branch === undefined || event.data.deleted === true) return { status: 202, message: 'ignored' };
  const started = await startSyncs(services, event.data.repository.html_url, branch);
  return { status: 202, message: `${started} started` };
}

function isSigned(body: Uint8Array, secret: string, signature: string): boolean {
  const given = Buffer.from(signature);
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Starts a sync in each project that has this branch of the repository. Returns their number. */
async function startSyncs({ database, jobs }: ApiServices, url: string, branch: string): Promise<number> {
  const repositories = await database.prisma.repository.findMany({
    where: {
      provider: 'GITHUB',
      removedAt: null,
      url: { equals: url, mode: 'insensitive' },
      OR: [{ defaultBranch: branch }, { branches: { some: { name: branch, removedAt: null } } }],
    },
  });
  for (const { projectId, id } of repositories)
    await startSync(database, jobs, {
      projectId,
      repositoryId: id,
      branch,
      trigger: 'WEBHOOK',
      full: false,
      restoredFromId: null,
      requestedBy: null,
    });
  return repositories.length;
}
