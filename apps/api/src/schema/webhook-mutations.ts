import { randomUUID } from 'node:crypto';
import { endDeliveries, redeliver } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId } from '../graphql/ids.ts';
import { failed, failureOf, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs, requireRole } from '../graphql/require-role.ts';
import { newWebhookSecret } from '../webhooks/sign-body.ts';
import { Webhook, WebhookDelivery, WebhookEvent } from './webhook.ts';

const MOST_WEBHOOKS = 20;

interface Key {
  readonly projectId: string;
  readonly id: string;
}
interface Written extends Key {
  /** Null where the webhook keeps the secret it has. */
  readonly secret: string | null;
  readonly subject: string;
}
interface Removed extends Key {
  readonly webhookId: string;
}

const urlText = 'The https address to call. Private networks and redirects are not followed.';

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'The address to call, and the events to call it for.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project whose events are reported.' }),
    url: t.string({ required: true, description: urlText }),
    events: t.field({
      type: [WebhookEvent],
      required: true,
      description: 'The events to report, at least one.',
    }),
  }),
});
const UpdateWebhookInput = builder.inputType('UpdateWebhookInput', {
  description: 'The webhook to change. What is left out stays as it is.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'The ID of the webhook to change.' }),
    url: t.string({ required: false, description: urlText }),
    events: t.field({
      type: [WebhookEvent],
      required: false,
      description: 'The events to report, at least one.',
    }),
    isActive: t.boolean({
      required: false,
      description: 'False turns it off and gives up what waits; true turns it on again.',
    }),
    newSecret: t.boolean({ required: false, description: 'True makes a new secret, which is returned.' }),
  }),
});
const RemoveWebhookInput = builder.inputType('RemoveWebhookInput', {
  description: 'The webhook to remove, with its deliveries.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'The ID of the webhook to remove.' }),
  }),
});
const RedeliverWebhookInput = builder.inputType('RedeliverWebhookInput', {
  description: 'The delivery to send again.',
  fields: (t) => ({
    deliveryId: t.id({ required: true, description: 'The ID of the delivery to send again.' }),
  }),
});

const writtenResult = (mutation: string, description: string, secret: string) =>
  mutationResult<Written>(mutation, {
    description,
    fields: (success) => ({
      webhook: success.prismaField({
        type: Webhook,
        description: 'The webhook as it is stored.',
        resolve: (query, { projectId, id }, _args, { prisma }) =>
          prisma.webhook.findUniqueOrThrow({ ...query, where: { projectId_id: { projectId, id } } }),
      }),
      secret: success.exposeString('secret', { nullable: true, description: secret }),
    }),
  });

builder.mutationFields((t) => ({
  createWebhook: t.field({
    type: writtenResult(
      'CreateWebhook',
      'The webhook was created.',
      'The secret of the signatures. It is returned only here: store it with the receiver.',
    ),
    authScopes: { scope: 'ADMIN' },
    description:
      'Creates a webhook: from now on the server calls the address for these events. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: CreateWebhookInput,
        required: true,
        description: 'The address, and the events.',
      }),
    },
    resolve: (_root, { input }, context) => create(input, context),
  }),
  updateWebhook: t.field({
    type: writtenResult(
      'UpdateWebhook',
      'The webhook was changed.',
      'The new secret, returned only here; null where the secret stays as it is.',
    ),
    authScopes: { scope: 'ADMIN' },
    description:
      'Changes the address, events or secret of a webhook, or turns it off or on. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: UpdateWebhookInput,
        required: true,
        description: 'The webhook, and its changes.',
      }),
    },
    resolve: (_root, { input }, context) => update(input, context),
  }),
}));

builder.mutationFields((t) => ({
  removeWebhook: t.field({
    type: mutationResult<Removed>('RemoveWebhook', {
      description: 'The webhook is not called any more.',
      fields: (success) => ({
        webhookId: success.id({
          description: 'The ID of the webhook that was removed.',
          resolve: ({ webhookId }) => webhookId,
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description: 'Removes a webhook with its deliveries. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({ type: RemoveWebhookInput, required: true, description: 'The webhook to remove.' }),
    },
    resolve: (_root, { input }, context) => remove(input.webhookId, context),
  }),
  redeliverWebhook: t.field({
    type: mutationResult<Key>('RedeliverWebhook', {
      description: 'The delivery was queued again.',
      fields: (success) => ({
        delivery: success.prismaField({
          type: WebhookDelivery,
          description: 'The new delivery, which has the same deliveryId as the one it repeats.',
          resolve: (query, { projectId, id }, _args, { prisma }) =>
            prisma.webhookDelivery.findUniqueOrThrow({
              ...query,
              where: { projectId_id: { projectId, id } },
            }),
        }),
      }),
    }),
    authScopes: { scope: 'ADMIN' },
    description:
      'Sends a delivery again, whether it failed or not. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: RedeliverWebhookInput,
        required: true,
        description: 'The delivery to send again.',
      }),
    },
    resolve: (_root, { input }, context) => again(input.deliveryId, context),
  }),
}));

async function create(
  input: typeof CreateWebhookInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Written> {
  const project = await projectAs('OWNER', input.projectId, context);
  if ('failure' in project) return project;
  const { projectId } = project;
  const { prisma, seal, viewer } = context;
  const checked = checkedWebhook(input, context);
  if ('failure' in checked) return checked;
  if ((await prisma.webhook.count({ where: { projectId } })) >= MOST_WEBHOOKS)
    return failed(
      'ConflictError',
      'TOO_MANY_WEBHOOKS',
      `A project has ${MOST_WEBHOOKS} webhooks at most. Remove one first.`,
    );
  const id = randomUUID();
  const secret = newWebhookSecret();
  const secretCipher = new Uint8Array(seal.close(secret, `${projectId}:${id}`));
  await prisma.webhook.create({
    data: { projectId, id, ...checked, secretCipher, createdBy: viewer?.userId ?? null },
  });
  return { projectId, id, secret, subject: id };
}

async function update(
  { webhookId, url, events, isActive, newSecret }: typeof UpdateWebhookInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Written> {
  const key = await webhookAs('OWNER', webhookId, context);
  if ('failure' in key) return key;
  const checked = checkedWebhook({ url, events }, context);
  if ('failure' in checked) return checked;
  const { prisma, seal, database } = context;
  const secret = newSecret === true ? newWebhookSecret() : null;
  // What was known of an address says nothing of another one.
  const isFresh = isActive === true || checked.url !== undefined;
  await prisma.webhook.update({
    where: { projectId_id: key },
    data: {
      ...checked,
      ...(secret === null
        ? {}
        : { secretCipher: new Uint8Array(seal.close(secret, `${key.projectId}:${key.id}`)) }),
      ...(isFresh ? { failures: 0, pausedUntil: null } : {}),
      ...(isActive == null ? {} : { offAt: isActive ? null : new Date(), offReason: null }),
    },
  });
  if (isActive === false) await endDeliveries(database.system, key);
  return { ...key, secret, subject: key.id };
}

async function remove(webhookId: string, context: ApiContext): Promise<Failure | Removed> {
  const key = await webhookAs('OWNER', webhookId, context);
  if ('failure' in key) return key;
  // A tenant's role deletes no rows.
  await context.database.prisma.webhook.deleteMany({ where: key });
  return { ...key, webhookId };
}

async function again(deliveryId: string, context: ApiContext): Promise<Failure | Key> {
  const key = tenantId(deliveryId, 'WebhookDelivery');
  if (key === null) return notFound('webhook delivery');
  const refused = await requireRole(context, key.projectId, 'OWNER');
  if (refused !== null) return refused.code === 'PROJECT_NOT_FOUND' ? notFound('webhook delivery') : refused;
  const found = await context.prisma.webhookDelivery.findUnique({
    where: { projectId_id: key },
    select: { webhook: { select: { offAt: true } } },
  });
  if (found === null) return notFound('webhook delivery');
  const id = await redeliver(context.database.system, key);
  return id === null
    ? failed('ConflictError', 'WEBHOOK_OFF', 'Its webhook is turned off. Turn it on, then send it again.')
    : { projectId: key.projectId, id };
}

/** The key of the webhook, if the viewer has this role in its project; else the failure to return. */
async function webhookAs(role: 'OWNER', webhookId: string, context: ApiContext): Promise<Failure | Key> {
  const key = tenantId(webhookId, 'Webhook');
  if (key === null) return notFound('webhook');
  const refused = await requireRole(context, key.projectId, role);
  if (refused !== null) return refused.code === 'PROJECT_NOT_FOUND' ? notFound('webhook') : refused;
  const found = await context.prisma.webhook.findUnique({
    where: { projectId_id: key },
    select: { id: true },
  });
  return found === null ? notFound('webhook') : key;
}

type Events = readonly (typeof WebhookEvent.$inferType)[];

interface Asked {
  readonly url?: string | null | undefined;
  readonly events?: Events | null | undefined;
}

interface Checked {
  readonly url: string;
  readonly events: (typeof WebhookEvent.$inferType)[];
}

function checkedWebhook(
  input: { readonly url: string; readonly events: Events },
  context: ApiContext,
): Failure | Checked;
function checkedWebhook(input: Asked, context: ApiContext): Failure | Partial<Checked>;
function checkedWebhook({ url, events }: Asked, context: ApiContext): Failure | Partial<Checked> {
  if (events?.length === 0)
    return failed('InvalidInputError', 'NO_EVENTS', 'A webhook without an event is never called.');
  try {
    return {
      ...(url == null ? {} : { url: context.webhookAddress(url) }),
      ...(events == null ? {} : { events: [...new Set(events)] }),
    };
  } catch (error) {
    return failureOf(error);
  }
}
