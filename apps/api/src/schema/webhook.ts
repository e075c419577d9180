import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { tenantId } from '../graphql/ids.ts';
import { checkRowPage } from '../graphql/pagination.ts';
import { deliveryBody } from '../webhooks/delivery-body.ts';
import { Project } from './project.ts';

export const WebhookEvent = builder.enumType('WebhookEvent', {
  description:
    'The kinds of events a webhook reports. Later versions may add events, so keep a default branch.',
  values: {
    SYNC_COMPLETED: {
      description: 'A sync completed. A scheduled one that found nothing new is not reported.',
    },
    SYNC_FAILED: { description: 'A sync failed; readers see the snapshot before it.' },
    BRANCH_BEHIND: {
      description:
        'A push, or a look at the source, showed that a stored branch has a newer commit there. A sync of it usually follows.',
    },
    PATTERN_APPEARED: {
      description: 'A completed sync found patterns that the repository did not have before.',
    },
  },
});

const WebhookDeliveryStatus = builder.enumType('WebhookDeliveryStatus', {
  description: 'How far a delivery has come.',
  values: {
    PENDING: { description: 'The delivery waits to be sent for the first time, or again after a failure.' },
    DELIVERED: { description: 'The receiver answered with a status from 200 to 299.' },
    FAILED: { description: 'The delivery was given up; `redeliverWebhook` sends it again.' },
  },
});

export const Webhook = builder.prismaObject('Webhook', {
  description:
    'An address that the server calls when something happens in the project. Each call is signed with its secret, in the header X-Hub-Signature-256.',
  fields: (t) => ({
    id: t.globalID({
      description: 'The ID of the webhook, for updateWebhook and removeWebhook.',
      resolve: ({ projectId, id }) => ({ id: `${projectId}:${id}`, type: 'Webhook' }),
    }),
    url: t.exposeString('url', { description: 'The address that is called.' }),
    events: t.expose('events', { type: [WebhookEvent], description: 'The events it is called for.' }),
    isActive: t.boolean({
      description: 'Whether it is called; false while it is turned off.',
      resolve: ({ offAt }) => offAt === null,
    }),
    offReason: t.exposeString('offReason', {
      nullable: true,
      description:
        'Why its failures turned it off; null while it is active, and where an owner turned it off.',
    }),
    offAt: t.expose('offAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time it was turned off; null while it is active.',
    }),
    failures: t.exposeInt('failures', {
      description: 'How often in a row it failed. At 15 it is turned off; one success sets it back to 0.',
    }),
    pausedUntil: t.expose('pausedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'The end of the pause after a failure; null while there is none.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time it was created.' }),
    createdBy: t.prismaField({
      type: 'User',
      nullable: true,
      description: 'The owner who created it; null once they have left the project.',
      resolve: (query, { createdBy: id }, _args, { prisma }) =>
        id === null ? null : prisma.user.findUnique({ ...query, where: { id } }),
    }),
  }),
});

export const WebhookDelivery = builder.prismaObject('WebhookDelivery', {
  description:
    'One call of a webhook, with the answer to its last attempt. It is listed for two weeks after it has ended.',
  fields: (t) => ({
    id: t.globalID({
      description: 'The ID of the delivery, for redeliverWebhook.',
      resolve: ({ projectId, id }) => ({ id: `${projectId}:${id}`, type: 'WebhookDelivery' }),
    }),
    deliveryId: t.string({
      description:
        'The ID in the header X-Project-Sync-Delivery and in the body. One that was sent again has the same, so that receivers notice.',
      resolve: ({ id, repeats }) => repeats ?? id,
    }),
    event: t.expose('event', { type: WebhookEvent, description: 'The event it reports.' }),
    status: t.expose('status', { type: WebhookDeliveryStatus, description: 'How far it has come.' }),
    attempts: t.exposeInt('attempts', { description: 'How often it was sent, 12 times at most.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time of the event.' }),
    attemptedAt: t.expose('attemptedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time it was last sent; null before the first attempt.',
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time it is sent next, unless its webhook pauses; null when it has ended.',
      resolve: ({ status, dueAt }) => (status === 'PENDING' ? dueAt : null),
    }),
    durationMs: t.exposeInt('durationMs', {
      nullable: true,
      description: 'The time until the answer, in milliseconds; null before the first attempt.',
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'The HTTP status of the answer; null without an answer.',
    }),
    responseHead: t.exposeString('responseHead', {
      nullable: true,
      description: 'The first 2,000 bytes of the answer as text; null without an answer.',
    }),
    failure: t.exposeString('failure', {
      nullable: true,
      description: 'Why the last attempt failed, in words; null if it did not.',
    }),
    body: t.string({
      description: 'The body that is sent, as JSON.',
      resolve: ({ data, event, createdAt, id, repeats }, _args, { publicUrl, redact }) =>
        deliveryBody({ publicId: repeats ?? id, event, createdAt, data }, { publicUrl, redact }),
    }),
  }),
});

builder.prismaObjectField(Project, 'webhooks', (t) =>
  t.prismaField({
    type: [Webhook],
    authScopes: { scope: 'ADMIN' },
    select: { id: true },
    description:
      'The webhooks of the project, in the order they were created, 20 at most; none for members who are no owners. Needs the scope ADMIN.',
    // Row-level security shows them to owners alone.
    resolve: (query, { id: projectId }, _args, { prisma }) =>
      prisma.webhook.findMany({
        ...query,
        where: { projectId },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: 100,
      }),
  }),
);

interface DeliveryFilter {
  readonly webhookId?: string | null | undefined;
  readonly status?: typeof WebhookDeliveryStatus.$inferType | null | undefined;
}

/** An ID of no webhook, or of one in another project, lists nothing. */
function deliveriesOf(projectId: string, { webhookId, status }: DeliveryFilter) {
  const key = webhookId == null ? null : tenantId(webhookId, 'Webhook');
  const isElsewhere = webhookId != null && key?.projectId !== projectId;
  return {
    projectId,
    ...(key === null ? {} : { webhookId: key.id }),
    ...(status == null ? {} : { status }),
    ...(isElsewhere ? { id: { in: [] } } : {}),
  };
}

builder.prismaObjectField(Project, 'webhookDeliveries', (t) =>
  t.prismaConnection(
    {
      type: WebhookDelivery,
      cursor: 'projectId_id',
      authScopes: { scope: 'ADMIN' },
      description:
        'The deliveries of the webhooks of the project, newest first; none for members who are no owners. Needs the scope ADMIN.',
      args: {
        webhookId: t.arg.id({ required: false, description: 'Only deliveries of the webhook with this ID.' }),
        status: t.arg({
          type: WebhookDeliveryStatus,
          required: false,
          description: 'Only deliveries with this status; all by default.',
        }),
      },
      totalCount: ({ id }, args, { prisma }) =>
        prisma.webhookDelivery.count({ where: deliveriesOf(id, args) }),
      resolve: (query, { id }, args, { prisma }) => {
        checkRowPage(args);
        return prisma.webhookDelivery.findMany({
          ...query,
          where: deliveriesOf(id, args),
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        });
      },
    },
    ...connectionFor('WebhookDelivery'),
  ),
);
