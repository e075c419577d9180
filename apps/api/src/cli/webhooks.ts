import { z } from 'zod';
import { EXIT, UsageError, type Command, type CommandInput } from './command.ts';
import { onlyProject } from './find-project.ts';
import { listPushes, setPushHook } from './push-hooks.ts';

const allEvents = ['SYNC_COMPLETED', 'SYNC_FAILED', 'BRANCH_BEHIND', 'PATTERN_APPEARED'];

const webhook = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  isActive: z.boolean(),
  offReason: z.string().nullable(),
});
const fields = 'id url events isActive offReason';
const delivery = z.object({
  id: z.string(),
  event: z.string(),
  status: z.string(),
  attempts: z.number(),
  createdAt: z.string(),
  durationMs: z.number().nullable(),
  responseStatus: z.number().nullable(),
  failure: z.string().nullable(),
});
const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };

const needed: Readonly<Record<string, string | null>> = {
  list: null,
  create: 'an address to call',
  remove: 'the ID of a webhook, as webhooks list prints it',
  deliveries: 'the ID of a webhook, as webhooks list prints it',
  redeliver: 'the ID of a delivery, as webhooks deliveries prints it',
  receive: 'a repository',
  received: 'a repository',
};

/** Checks the action, its argument and the events. */
export function checkWebhooks({
  words: [action = '', word],
  flags,
}: Pick<CommandInput, 'words' | 'flags'>): void {
  const needs = Object.hasOwn(needed, action) ? needed[action] : undefined;
  if (needs === undefined)
    throw new UsageError('webhooks takes list, create, remove, deliveries, redeliver, receive or received.');
  if (needs !== null && word === undefined) throw new UsageError(`webhooks ${action} needs ${needs}.`);
  if (action === 'create') eventsIn(flags.events);
}

/** Webhooks of a project with their deliveries, and the hook of a repository that receives pushes. */
export const webhooks: Command = async (input) => {
  const [action, word = ''] = input.words;
  switch (action) {
    case 'create':
      return create(input, word);
    case 'remove':
      return remove(input, word);
    case 'deliveries':
      return deliveries(input, word);
    case 'redeliver':
      return redeliver(input, word);
    case 'receive':
      return setPushHook(input, word);
    case 'received':
      return listPushes(input, word);
    default:
      return list(input);
  }
};

async function list({ client, flags, say }: CommandInput): Promise<number> {
  const { node } = await client.ask(
    z.object({ node: z.object({ webhooks: z.array(webhook) }) }),
    `query ($id: ID!) { node(id: $id) { ... on Project { webhooks { ${fields} } } } }`,
    { id: await onlyProject(client, flags.project) },
  );
  const lines = node.webhooks.map(
    ({ id, url, events, isActive, offReason }) =>
      `${isActive ? 'on ' : 'off'}  ${url}  ${events.join(',')}  ${id}${offReason === null ? '' : `\n     ${offReason}`}`,
  );
  say(lines.join('\n') || 'There are no webhooks.', node.webhooks);
  return EXIT.done;
}

async function create({ client, flags, say }: CommandInput, url: string): Promise<number> {
  const events = eventsIn(flags.events);
  const { created } = await client.ask(
    z.object({
      created: z.object({ ...failure, secret: z.string().exactOptional(), webhook: webhook.exactOptional() }),
    }),
    `mutation ($input: CreateWebhookInput!) { created: createWebhook(input: $input) { ... on CreateWebhookSuccess { secret webhook { ${fields} } } ... on Error { code message } } }`,
    { input: { projectId: await onlyProject(client, flags.project), url, events } },
  );
  const made = client.orThrow(created.webhook, created);
  say(`${created.secret ?? ''}\nThe secret is shown only once: store it with the receiver.\n${made.id}`, {
    secret: created.secret,
    ...made,
  });
  return EXIT.done;
}

async function remove({ client, say }: CommandInput, id: string): Promise<number> {
  const { removed } = await client.ask(
    z.object({ removed: z.object({ ...failure, webhookId: z.string().exactOptional() }) }),
    'mutation ($id: ID!) { removed: removeWebhook(input: { webhookId: $id }) { ... on RemoveWebhookSuccess { webhookId } ... on Error { code message } } }',
    { id },
  );
  const webhookId = client.orThrow(removed.webhookId, removed);
  say('The webhook is removed.', { id: webhookId });
  return EXIT.done;
}

async function deliveries({ client, flags, say }: CommandInput, webhookId: string): Promise<number> {
  const { node } = await client.ask(
    z.object({ node: z.object({ webhookDeliveries: z.object({ nodes: z.array(delivery) }) }) }),
    'query ($id: ID!, $webhook: ID!, $first: Int!) { node(id: $id) { ... on Project { webhookDeliveries(webhookId: $webhook, first: $first) { nodes { id event status attempts createdAt durationMs responseStatus failure } } } } }',
    { id: await onlyProject(client, flags.project), webhook: webhookId, first: flags.limit ?? 20 },
  );
  const rows = node.webhookDeliveries.nodes;
  const lines = rows.map(
    ({ createdAt, event, status, attempts, responseStatus, durationMs, failure: reason, id }) =>
      `${createdAt}  ${event}  ${status}  ${attempts}×  ${responseStatus ?? '-'}  ${durationMs ?? '-'} ms  ${reason ?? ''}  ${id}`,
  );
  say(lines.join('\n') || 'There are no deliveries.', rows);
  return EXIT.done;
}

async function redeliver({ client, say }: CommandInput, id: string): Promise<number> {
  const { again } = await client.ask(
    z.object({
      again: z.object({ ...failure, delivery: z.object({ id: z.string() }).exactOptional() }),
    }),
    'mutation ($id: ID!) { again: redeliverWebhook(input: { deliveryId: $id }) { ... on RedeliverWebhookSuccess { delivery { id } } ... on Error { code message } } }',
    { id },
  );
  const made = client.orThrow(again.delivery, again);
  say(`The delivery is sent again: ${made.id}`, made);
  return EXIT.done;
}

/** Parses a list of events and refuses unknown ones. */
function eventsIn(list = 'SYNC_COMPLETED,SYNC_FAILED'): string[] {
  const events = list.split(',').map((event) => event.trim().toUpperCase());
  const unknown = events.find((event) => !allEvents.includes(event));
  if (unknown !== undefined)
    throw new UsageError(
      `--events: ${unknown || 'an empty name'} is not an event. Events are ${allEvents.join(', ')}.`,
    );
  return events;
}
