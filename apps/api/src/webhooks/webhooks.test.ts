import { createHmac } from 'node:crypto';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { encodeGlobalID } from '../graphql/ids.ts';
import { bodyShape, listed, patternsShape, type Delivery } from '../testing/delivery-shapes.ts';
import { openReceiver } from '../testing/open-receiver.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let repository: TestRepository;
let projectId: string;
let repositoryId: string;

beforeAll(async () => {
  server = await openTestServer({ WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' });
  receiver = await openReceiver();
  repository = await createRepository();
  repository.commit('main', { 'a.ts': 'export const a = 1;\n' });
  const made = await change('createProject', { name: 'Tide tables' }, 'project { id }');
  projectId = z.object({ project: z.object({ id: z.string() }) }).parse(made).project.id;
  const connected = await change(
    'connectRepository',
    { projectId, provider: 'GIT', url: repository.path },
    'repository { id }',
  );
  repositoryId = z.object({ repository: z.object({ id: z.string() }) }).parse(connected).repository.id;
}, 60_000);
afterAll(async () => {
  await server.close();
  await Promise.all([receiver.close(), repository.remove()]);
});

const answers = z.object({ data: z.object({ r: z.looseObject({ __typename: z.string() }) }) });

/** Runs a mutation and returns its result. */
async function change(name: string, input: object, selection = '__typename') {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { body } = await server.ask(
    `mutation ($input: ${type}Input!) { r: ${name}(input: $input) { __typename ... on ${type}Success { ${selection} } ... on Error { code message } } }`,
    { input },
  );
  return answers.parse(body).data.r;
}

const made = z.object({ secret: z.string(), webhook: z.object({ id: z.string() }) });
const createWebhook = async (path: string, events: readonly string[]) => {
  const created = await change(
    'createWebhook',
    { projectId, url: `${receiver.url}${path}`, events },
    'secret webhook { id }',
  );
  return made.parse(created);
};

/** Runs a sync to its end. */
async function sync(branch = 'main') {
  const started = await change('startSync', { repositoryId, branch }, 'sync { id }');
  const { id } = z.object({ sync: z.object({ id: z.string() }) }).parse(started).sync;
  await server.follow('subscription ($s: ID!) { syncProgress(syncId: $s) { status } }', { s: id });
  return id;
}

const callsTo = (path: string) => receiver.calls.filter((call) => call.path === path);

/** Reads the deliveries until they fulfil a condition: the answer to a call is stored after the call has come. */
const deliveries = (webhookId: string, enough: (nodes: readonly Delivery[]) => boolean) =>
  vi.waitFor(
    async () => {
      const read = await readDeliveries(webhookId);
      expect(read.webhookDeliveries.nodes).toSatisfy(enough);
      return read;
    },
    { timeout: 20_000, interval: 100 },
  );

async function readDeliveries(webhookId: string) {
  const { body } = await server.ask(
    `query ($id: ID!, $w: ID!) { node(id: $id) { ... on Project { webhooks { id url events isActive failures offReason }
         webhookDeliveries(first: 10, webhookId: $w) { totalCount nodes { id deliveryId event status attempts durationMs responseStatus responseHead failure nextAttemptAt body } } } } }`,
    { id: projectId, w: webhookId },
  );
  return { ...listed.parse(body).data.node, text: JSON.stringify(body) };
}

test('a sync that completed is reported once, signed as GitHub signs, with IDs that the API takes', async () => {
  const { secret, webhook } = await createWebhook('/signed', ['SYNC_COMPLETED', 'PATTERN_APPEARED']);
  const id = await sync();
  await receiver.received(1);
  const [call, ...others] = callsTo('/signed');
  expect(others).toEqual([]);
  const signature = createHmac('sha256', secret)
    .update(call?.body ?? '')
    .digest('hex');
  expect(call?.headers).toMatchObject({
    'x-hub-signature-256': `sha256=${signature}`,
    'x-project-sync-event': 'SYNC_COMPLETED',
    'content-type': 'application/json',
    'user-agent': expect.stringMatching(/^Project-Sync\//) as string,
  });
  const body = bodyShape.parse(JSON.parse(call?.body ?? ''));
  expect(body).toMatchObject({
    id: call?.headers['x-project-sync-delivery'],
    event: 'SYNC_COMPLETED',
    project: { id: projectId },
    repository: { id: repositoryId, url: repository.path },
    branch: { name: 'main' },
    sync: { id, status: 'COMPLETED', stats: { filesAdded: 1 }, failure: null },
  });
  const read = await deliveries(webhook.id, ([first]) => first?.status === 'DELIVERED');
  expect(read.webhookDeliveries).toMatchObject({
    totalCount: 1,
    nodes: [{ deliveryId: body.id, attempts: 1, responseStatus: 204, failure: null }],
  });
  // The port of a test's server is not known before it listens.
  const shown = read.webhookDeliveries.nodes[0]?.body.replaceAll(server.url, 'http://127.0.0.1:0');
  expect(shown).toBe(call?.body);
  expect(read.text).not.toContain(secret);
});

test('a pattern that appears after the first snapshot is reported once, by an ID that the API takes', async () => {
  const { webhook } = await createWebhook('/patterns', ['PATTERN_APPEARED']);
  const swallowed = 'export function read(go: () => void) {\n  try { go(); } catch {}\n}\n';
  repository.commit('main', { 'read.ts': swallowed });
  const id = await sync();
  await deliveries(webhook.id, ([first]) => first?.status === 'DELIVERED');
  repository.commit('main', { 'other.ts': 'export const other = 1;\n' });
  await sync();
  const [call, ...others] = callsTo('/patterns');
  expect(others).toEqual([]);
  const body = patternsShape.parse(JSON.parse(call?.body ?? ''));
  expect(body).toMatchObject({ event: 'PATTERN_APPEARED', branch: { name: 'main' }, sync: { id } });
  const found = body.patterns.first.find(({ title }) => title === 'read swallows an error');
  expect(body.patterns.count).toBe(body.patterns.first.length);
  const { body: read } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on Pattern { title detector } } }',
    { id: found?.id },
  );
  expect(read).toMatchObject({ data: { node: { title: found?.title, detector: found?.detector } } });
});

test('a sync that failed is reported with its reason, and to no webhook that did not ask', async () => {
  const { webhook } = await createWebhook('/failed', ['SYNC_FAILED']);
  const before = callsTo('/signed').length;
  const count = receiver.calls.length;
  const [, local = '', id = ''] = Buffer.from(repositoryId, 'base64').toString().split(':');
  await server.database.prisma.branch.create({ data: { projectId: local, repositoryId: id, name: 'lost' } });
  await sync('lost');
  await receiver.received(count + 1);
  const body = bodyShape.parse(JSON.parse(callsTo('/failed')[0]?.body ?? ''));
  expect(body.sync).toMatchObject({ status: 'FAILED', failure: { code: 'BRANCH_NOT_FOUND' } });
  expect(callsTo('/signed')).toHaveLength(before);
  await deliveries(webhook.id, ([first]) => first?.status === 'DELIVERED');
});

test('a redirect is not followed, and the delivery says so and waits for its next attempt', async () => {
  receiver.answer(() => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` }, body: 'moved' }));
  const { webhook, secret } = await createWebhook('/moved', ['SYNC_COMPLETED']);
  await sync();
  const read = await deliveries(webhook.id, ([first]) => first?.failure !== null && first !== undefined);
  expect(read.webhookDeliveries.nodes[0]).toMatchObject({
    status: 'PENDING',
    attempts: 1,
    responseStatus: 302,
    responseHead: 'moved',
    failure: 'The address answered 302; redirects are not followed.',
    nextAttemptAt: expect.any(String) as string,
  });
  expect(callsTo('/elsewhere')).toEqual([]);
  expect(read.webhooks.find(({ id }) => id === webhook.id)).toMatchObject({ failures: 1, isActive: true });
  receiver.answer(() => ({ status: 204 }));
  // What waits is given up with the webhook, and can be sent again once it is on.
  const off = { webhookId: webhook.id, isActive: false };
  expect((await change('updateWebhook', off)).__typename).toBe('UpdateWebhookSuccess');
  const [given] = (await deliveries(webhook.id, ([first]) => first?.status === 'FAILED')).webhookDeliveries
    .nodes;
  const again = { deliveryId: given?.id };
  expect(await change('redeliverWebhook', again)).toMatchObject({ code: 'WEBHOOK_OFF' });
  const renewed = made.parse(
    await change(
      'updateWebhook',
      { webhookId: webhook.id, isActive: true, newSecret: true },
      'secret webhook { id }',
    ),
  );
  expect(renewed.secret).not.toBe(secret);
  const calls = callsTo('/moved').length;
  expect((await change('redeliverWebhook', again)).__typename).toBe('RedeliverWebhookSuccess');
  const two = await deliveries(webhook.id, ([first]) => first?.status === 'DELIVERED');
  expect(two.webhookDeliveries.nodes.map(({ deliveryId }) => deliveryId)).toEqual([
    given?.deliveryId,
    given?.deliveryId,
  ]);
  const call = callsTo('/moved')[calls];
  expect(call?.headers['x-hub-signature-256']).toBe(
    `sha256=${createHmac('sha256', renewed.secret)
      .update(call?.body ?? '')
      .digest('hex')}`,
  );
  expect((await change('removeWebhook', { webhookId: webhook.id })).__typename).toBe('RemoveWebhookSuccess');
  expect((await deliveries(webhook.id, () => true)).webhookDeliveries.totalCount).toBe(0);
});

test('an address inside the network, without encryption or without an event is refused', async () => {
  const refused = async (url: string, events: readonly string[] = ['SYNC_FAILED']) =>
    (await change('createWebhook', { projectId, url, events }))['code'];
  expect(await refused('ftp://example.org')).toBe('INVALID_URL');
  expect(await refused('nonsense')).toBe('INVALID_URL');
  expect(await refused('https://user:word@example.org')).toBe('INVALID_URL');
  // The operator of this server allows one host, and with it no other.
  expect(await refused('https://10.0.0.1/in')).toBe('HOST_NOT_ALLOWED');
  expect(await refused(`${receiver.url}/x`, [])).toBe('NO_EVENTS');
});

test('the secret stands in no log of actions, and the address of a webhook in no answer to an editor', async () => {
  const { secret } = await createWebhook('/quiet', ['SYNC_FAILED']);
  const { body } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on Project { auditLog(first: 50) { nodes { action subject detail } } } } }',
    { id: projectId },
  );
  expect(JSON.stringify(body)).toContain('createWebhook');
  expect(JSON.stringify(body)).not.toContain(secret.slice(8));
  const { rows } = { rows: await server.database.system.query('SELECT secret_cipher FROM webhook') };
  for (const row of rows)
    expect(Buffer.from(row['secret_cipher'] as Uint8Array).toString('latin1')).not.toContain(secret);
});

test('a push hook takes what five kinds of Git servers send, once, and lists it without its secret', async () => {
  const set = async () =>
    z
      .object({ secret: z.string(), pushHook: z.object({ url: z.url() }) })
      .parse(await change('setPushHook', { repositoryId }, 'secret pushHook { url }'));
  const { secret, pushHook } = await set();
  const path = new URL(pushHook.url).pathname;
  const send = async (body: string, headers: Record<string, string>, to = path) => {
    const answer = await fetch(`${server.url}${to}`, { method: 'POST', body, headers });
    return [answer.status, await answer.text()];
  };
  const signed = (body: string, key = secret) =>
    `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  const commit = repository.commit('main', { 'a.ts': 'export const a = 2;\n' });
  const push = JSON.stringify({ ref: 'refs/heads/main', after: commit });
  const gitlab = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': secret, 'idempotency-key': 'one' };
  expect(await send(push, gitlab)).toEqual([202, '1 started']);
  expect(await send(push, gitlab)).toEqual([200, 'seen before']);
  expect(await send(push, { ...gitlab, 'x-gitlab-token': 'wrong' })).toEqual([401, 'signature']);
  const gitea = { 'x-gitea-event': 'push', 'x-github-event': 'push', 'x-gitea-delivery': 'two' };
  const plain = signed(push).slice('sha256='.length);
  expect(await send(push, { ...gitea, 'x-gitea-signature': plain })).toEqual([202, '1 started']);
  const changes = [{ new: { type: 'branch', name: 'main', target: { hash: commit } } }, { new: null }];
  const bitbucket = JSON.stringify({ push: { changes } });
  const bitbucketHeaders = { 'x-event-key': 'repo:push', 'x-hub-signature': signed(bitbucket) };
  expect(await send(bitbucket, bitbucketHeaders)).toEqual([202, '1 started']);
  const form = new URLSearchParams({ payload: push }).toString();
  const github = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-github-event': 'push',
    'x-github-delivery': 'four',
    'x-hub-signature-256': signed(form),
  };
  expect(await send(form, github)).toEqual([202, '1 started']);
  const own = JSON.stringify({ branch: 'main' });
  expect(await send(own, { 'x-hub-signature-256': signed(own) })).toEqual([202, '1 started']);
  // A branch of which nothing is stored, another event and another form start nothing.
  const other = JSON.stringify({ branch: 'never-stored' });
  expect(await send(other, { 'x-hub-signature-256': signed(other) })).toEqual([202, '0 started']);
  expect(await send(push, { ...gitlab, 'x-gitlab-event': 'Note Hook', 'idempotency-key': 'n' })).toEqual([
    202,
    'ignored',
  ]);
  expect(await send('{', { 'x-hub-signature-256': signed('{') })).toEqual([400, 'payload']);
  // Without a secret, with a wrong one and at an address that is none, the answer is the same.
  expect(await send(own, {})).toEqual([401, 'signature']);
  expect(await send(own, { 'x-hub-signature-256': signed(own, 'wrong') })).toEqual([401, 'signature']);
  expect(await send(own, { 'x-hub-signature-256': signed(own) }, '/webhooks/none')).toEqual([
    401,
    'signature',
  ]);
  const { body } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on Repository { pushHook { url } pushDeliveries(first: 20) { totalCount nodes { forge event deliveryId branches status outcome } } } } }',
    { id: repositoryId },
  );
  const text = JSON.stringify(body);
  expect(text).not.toContain(secret);
  expect(text).toContain('"totalCount":8');
  for (const forge of ['gitlab', 'gitea', 'bitbucket', 'github', 'generic'])
    expect(text).toContain(`"forge":"${forge}"`);
  await set();
  expect(await send(own, { 'x-hub-signature-256': signed(own) })).toEqual([401, 'signature']);
  expect((await change('removePushHook', { repositoryId })).__typename).toBe('RemovePushHookSuccess');
});

test('a project has twenty webhooks at most', async () => {
  const local = Buffer.from(projectId, 'base64').toString().slice('Project:'.length);
  expect(encodeGlobalID('Project', local)).toBe(projectId);
  const { prisma } = server.database;
  const has = await prisma.webhook.count({ where: { projectId: local } });
  await prisma.webhook.createMany({
    data: Array.from({ length: 20 - has }, () => ({
      projectId: local,
      url: 'https://example.org',
      events: [],
      secretCipher: new Uint8Array(1),
    })),
  });
  expect(
    await change('createWebhook', { projectId, url: receiver.url, events: ['SYNC_FAILED'] }),
  ).toMatchObject({ code: 'TOO_MANY_WEBHOOKS' });
});
