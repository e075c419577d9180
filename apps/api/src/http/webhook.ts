import { createHmac, timingSafeEqual } from 'node:crypto';
import { startSync } from '@project-sync/db';
import { z } from 'zod';
import type { ApiServices } from '../graphql/context.ts';

const push = z.object({
  ref: z.string(),
  deleted: z.boolean().optional(),
  repository: z.object({ html_url: z.string() }),
});

/** Takes a push event: a wake-up, never the truth. Gives the status and a word for whoever looks at deliveries. */
export async function takeWebhook(
  services: ApiServices,
  secret: string,
  request: { headers: Headers; body: Uint8Array },
): Promise<{ status: number; message: string }> {
  const { database, jobs } = services;
  const given = Buffer.from(request.headers.get('x-hub-signature-256') ?? '');
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(request.body).digest('hex')}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return { status: 401, message: 'signature' };
  const delivery = request.headers.get('x-github-delivery') ?? '';
  if (!/^[\w-]{1,100}$/.test(delivery)) return { status: 400, message: 'delivery' };
  if (request.headers.get('x-github-event') !== 'push') return { status: 202, message: 'ignored' };
  const event = push.safeParse(parsed(request.body));
  if (!event.success) return { status: 400, message: 'payload' };
  const { count } = await database.prisma.webhookDelivery.createMany({
    data: [{ id: delivery }],
    skipDuplicates: true,
  });
  if (count === 0) return { status: 200, message: 'seen before' };
  const branch = /^refs\/heads\/(.+)$/.exec(event.data.ref)?.[1];
  if (branch === undefined || event.data.deleted === true) return { status: 202, message: 'ignored' };
  const repositories = await database.prisma.repository.findMany({
    where: {
      provider: 'GITHUB',
      removedAt: null,
      url: { equals: event.data.repository.html_url, mode: 'insensitive' },
      OR: [{ defaultBranch: branch }, { branches: { some: { name: branch, removedAt: null } } }],
    },
  });
  for (const { projectId, id } of repositories) {
    await startSync(database, jobs, {
      projectId,
      repositoryId: id,
      branch,
      trigger: 'WEBHOOK',
      full: false,
      restoredFromId: null,
      requestedBy: null,
    });
  }
  return { status: 202, message: `${repositories.length} started` };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
