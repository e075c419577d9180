import { randomBytes, randomUUID } from 'node:crypto';
import { noticeHeads, webhookOutbox, type RetryRules } from '@project-sync/db';
import {
  insertProject,
  insertRepository,
  openTestDatabase,
  type TestDatabase,
} from '@project-sync/db/testing';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { sealWith } from '../auth/token-cipher.ts';
import { openReceiver } from '../testing/open-receiver.ts';
import { sendWebhooks, type WebhookSenderOptions } from './send-webhooks.ts';

const seal = sealWith([randomBytes(32).toString('hex')]);
const secret = 'whsec_of-this-test';
let opened: TestDatabase;
let projectId: string;
let repositoryId: string;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  opened = await openTestDatabase();
  projectId = await insertProject(opened.database);
  repositoryId = await insertRepository(opened.database, projectId, '/nowhere');
  receiver = await openReceiver();
}, 60_000);
afterAll(async () => {
  await receiver.close();
  await opened.close();
});

const rules: RetryRules = { waitSeconds: [0.05], mostAttempts: 3, mostFailures: 10 };

/** Starts a sender for one test, whose log it returns. */
async function sending(changed: Partial<WebhookSenderOptions> = {}, retry: Partial<RetryRules> = {}) {
  const logged: unknown[] = [];
  const sender = await sendWebhooks({
    outbox: webhookOutbox(opened.database, { ...rules, ...retry }),
    seal,
    publicUrl: 'https://sync.example.org',
    allowedHosts: ['127.0.0.1'],
    resolve: (host) => Promise.resolve([host]),
    redact: (text) => text,
    timeoutMs: 5000,
    log: { error: (context) => void logged.push(context) },
    ...changed,
  });
  onTestFinished(() => sender.stop());
  return { logged };
}

/** Inserts a webhook that is called for branches that are behind, and removes it after the test. */
async function webhookAt(url: string): Promise<string> {
  const id = randomUUID();
  const { prisma } = opened.database;
  const secretCipher = new Uint8Array(seal.close(secret, `${projectId}:${id}`));
  await prisma.webhook.create({ data: { projectId, id, url, events: ['BRANCH_BEHIND'], secretCipher } });
  onTestFinished(async () => {
    await prisma.webhook.delete({ where: { projectId_id: { projectId, id } } });
  });
  return id;
}

/** Queues a delivery of its own for a webhook. */
async function queue(webhookId: string): Promise<string> {
  const { id } = await opened.database.prisma.webhookDelivery.create({
    data: {
      projectId,
      webhookId,
      event: 'BRANCH_BEHIND',
      data: {
        project: { id: projectId, slug: 'harbour', name: 'Harbour' },
        repository: { id: repositoryId, name: 'quay', url: '/nowhere' },
        branch: 'main',
        head: { commitOid: 'b', storedCommitOid: 'a' },
      },
    },
  });
  return id;
}

const ended = (id: string) =>
  vi.waitFor(
    async () => {
      const row = await opened.database.prisma.webhookDelivery.findUniqueOrThrow({
        where: { projectId_id: { projectId, id } },
      });
      expect(row.status).not.toBe('PENDING');
      return row;
    },
    { timeout: 20_000, interval: 50 },
  );
const webhookOf = (id: string) =>
  opened.database.prisma.webhook.findUniqueOrThrow({ where: { projectId_id: { projectId, id } } });
const callsTo = (path: string) => receiver.calls.filter((call) => call.path === path);

test('an outbox with nothing to send, or nothing for now, is looked at when more is due', async () => {
  const outbox = webhookOutbox(opened.database, rules);
  expect(await outbox.nextDue()).toBeNull();
  const id = await queue(await webhookAt(`${receiver.url}/later`));
  expect(await outbox.nextDue()).toBe(0);
  const where = { projectId_id: { projectId, id } };
  await opened.database.prisma.webhookDelivery.update({
    where,
    data: { dueAt: new Date(Date.now() + 600_000) },
  });
  expect(await outbox.nextDue()).toBeGreaterThan(500);
  await opened.database.prisma.project.update({ where: { id: projectId }, data: { removedAt: new Date() } });
  expect(await outbox.nextDue()).toBeNull();
  await opened.database.prisma.project.update({ where: { id: projectId }, data: { removedAt: null } });
  await opened.database.prisma.webhookDelivery.update({ where, data: { status: 'FAILED' } });
});

test('a receiver that fails gets the same body again, under the same ID', async () => {
  receiver.answer(() => ({ status: callsTo('/fails').length < 2 ? 500 : 200, body: `got ${secret}` }));
  const webhook = await webhookAt(`${receiver.url}/fails`);
  const id = await queue(webhook);
  await sending();
  const row = await ended(id);
  expect(row).toMatchObject({ status: 'DELIVERED', attempts: 2, responseStatus: 200, failure: null });
  // A receiver that repeats the secret does not bring it into the list of deliveries.
  expect(row.responseHead).toBe('got «redacted»');
  const [first, second] = callsTo('/fails');
  expect(second?.body).toBe(first?.body);
  expect(second?.headers).toMatchObject({
    'x-project-sync-delivery': id,
    'x-hub-signature-256': first?.headers['x-hub-signature-256'],
  });
  expect(await webhookOf(webhook)).toMatchObject({ failures: 0, pausedUntil: null });
});

test('a receiver that never answers is given up after the last attempt, in words', async () => {
  receiver.answer(() => null);
  const id = await queue(await webhookAt(`${receiver.url}/silent`));
  const { logged } = await sending({ timeoutMs: 100 });
  expect(await ended(id)).toMatchObject({
    status: 'FAILED',
    attempts: 3,
    responseStatus: null,
    failure: 'No answer within 0.1 seconds.',
  });
  expect(logged).toEqual([]);
});

test('a webhook that fails again and again is turned off with the reason, and what waits for it is given up', async () => {
  receiver.answer(() => ({ status: 410 }));
  const webhook = await webhookAt(`${receiver.url}/gone`);
  const ids = [await queue(webhook), await queue(webhook), await queue(webhook)];
  await sending({}, { mostAttempts: 100, mostFailures: 2 });
  for (const id of ids) expect((await ended(id)).status).toBe('FAILED');
  const row = await webhookOf(webhook);
  expect(row.offAt).not.toBeNull();
  expect(row).toMatchObject({
    failures: 2,
    offReason: 'It failed 2 times in a row. The address answered 410.',
  });
});

test('a dead receiver does not hold up another one', async () => {
  receiver.answer(({ path }) => ({ status: path === '/alive' ? 200 : 500 }));
  const dead = await webhookAt(`${receiver.url}/dead`);
  for (let count = 0; count < 10; count += 1) await queue(dead);
  const alive = await queue(await webhookAt(`${receiver.url}/alive`));
  await sending({}, { waitSeconds: [3600] });
  expect((await ended(alive)).status).toBe('DELIVERED');
  // One batch went out before the pause began; it counts as one failure.
  expect(callsTo('/dead').length).toBeLessThan(10);
  expect(await webhookOf(dead)).toMatchObject({ failures: 1 });
});

test('a name that leads into a private network is never called, whatever it led to before', async () => {
  const id = await queue(await webhookAt('https://hooks.example.org/in'));
  await sending({ allowedHosts: null, resolve: () => Promise.resolve(['203.0.114.7', '127.0.0.1']) });
  expect(await ended(id)).toMatchObject({
    status: 'FAILED',
    responseStatus: null,
    failure: expect.stringContaining('private network') as string,
  });
  const inside = await queue(await webhookAt(`${receiver.url.replace('http:', 'https:')}/in`));
  await sending({ allowedHosts: null });
  expect((await ended(inside)).failure).toContain('private network');
  expect(callsTo('/in')).toEqual([]);
});

test('the first news of a commit that is not stored is reported once', async () => {
  receiver.answer(() => ({ status: 200 }));
  const { database } = opened;
  const place = { projectId, repositoryId };
  const branch = await database.prisma.branch.create({ data: { ...place, name: 'main', head: 1 } });
  await database.prisma.projectSync.create({
    data: {
      ...place,
      branchId: branch.id,
      trigger: 'MANUAL',
      status: 'COMPLETED',
      number: 1,
      commitOid: 'a',
    },
  });
  await webhookAt(`${receiver.url}/behind`);
  await sending();
  const notice = (commitOid: string) =>
    database.transaction((sql) => noticeHeads(sql, [{ ...place, branch: 'main', commitOid }]));
  await notice('a');
  await notice('b');
  await notice('b');
  await notice('c');
  await vi.waitFor(() => expect(callsTo('/behind')).toHaveLength(2), { timeout: 20_000 });
  expect(callsTo('/behind').map(({ body }) => (JSON.parse(body) as { head: unknown }).head)).toEqual(
    expect.arrayContaining([
      { commitOid: 'b', storedCommitOid: 'a' },
      { commitOid: 'c', storedCommitOid: 'a' },
    ]),
  );
  expect(await database.prisma.branch.findFirst({ where: { id: branch.id } })).toMatchObject({
    sourceHeadOid: 'c',
  });
});
