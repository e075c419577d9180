import { randomUUID } from 'node:crypto';
import { mailOutbox, setMailNotices, type MailNotices } from '@project-sync/db';
import { openSyncWorld, type SyncWorld } from '@project-sync/db/testing';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openMailServer } from '../testing/open-mail-server.ts';
import { openMailer } from './open-mailer.ts';
import { sendMails } from './send-mails.ts';

const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
let world: SyncWorld;
let server: Awaited<ReturnType<typeof openMailServer>>;
let repository: Awaited<ReturnType<SyncWorld['connect']>>;
const logged: unknown[] = [];
const senders: Awaited<ReturnType<typeof sendMails>>[] = [];

/** Starts a sender, as each worker of an installation does. */
async function sending(): Promise<void> {
  const sender = await sendMails({
    outbox: mailOutbox(world.database, { waitSeconds: [0.05], mostAttempts: 3 }),
    mailer: openMailer(server.url, 'Project Sync <sync@example.org>'),
    publicUrl: 'https://sync.example.org',
    redact: (text) => text.replaceAll(secret, '[secret]'),
    log: { error: (context) => void logged.push(context) },
  });
  senders.push(sender);
}

/** A member who has chosen, named by the address. */
async function member(name: string, notices: MailNotices, domain = 'example.org'): Promise<string> {
  const { prisma } = world.database;
  const id = randomUUID();
  await prisma.user.create({ data: { id, name, email: `${name}@${domain}` } });
  await prisma.projectMember.create({ data: { projectId: world.projectId, userId: id, role: 'VIEWER' } });
  await setMailNotices(world.database.system, { projectId: world.projectId, userId: id }, notices);
  return id;
}

beforeAll(async () => {
  server = await openMailServer();
  world = await openSyncWorld();
  repository = await world.connect();
  repository.at.commit('main', { 'a.txt': 'one\n' });
});
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.stop()));
  await world.database.prisma.user.deleteMany();
  server.mails.length = 0;
  server.answer('250 ok');
  expect(logged).toEqual([]);
});
afterAll(async () => {
  await world.close();
  await server.close();
});

const failing = async () => {
  const branch = `lost-${randomUUID().slice(0, 8)}`;
  return { branch, row: await world.sync(repository.id, branch) };
};
const rows = () => world.database.prisma.mailDelivery.findMany({ orderBy: { createdAt: 'asc' } });
const settled = (status: string) =>
  vi.waitFor(
    async () => {
      const found = await rows();
      expect(found.map((row) => row.status)).toEqual(found.map(() => status));
      return found;
    },
    { timeout: 20_000, interval: 30 },
  );

test('a sync is mailed once to each member who asked for its kind of news, by whichever worker is first', async () => {
  await member('all', 'ALL');
  await member('failures', 'FAILURES');
  await member('none', 'NONE');
  await member('nowhere', 'ALL', 'project-sync.invalid');
  await Promise.all([sending(), sending()]);
  repository.at.commit('main', { 'a.txt': `${randomUUID()}\n` });
  await world.sync(repository.id, 'main');
  const { branch, row } = await failing();
  expect(row.status).toBe('FAILED');
  await vi.waitFor(() => expect(server.mails).toHaveLength(3), { timeout: 20_000, interval: 30 });
  expect(server.mails.map(({ to }) => to).sort()).toEqual([
    'all@example.org',
    'all@example.org',
    'failures@example.org',
  ]);
  const mail = server.mails.find(({ to }) => to === 'failures@example.org')?.text ?? '';
  expect(mail).toMatch(/^From: Project Sync <sync@example\.org>$/m);
  expect(mail).toMatch(/^Content-Type: text\/plain/m);
  expect(mail).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(mail).toContain(`${branch} in`);
  expect(mail).toContain('BRANCH_NOT_FOUND');
  expect(mail).toMatch(/https:\/\/sync\.example\.org\/p\/[\w-]+\/history\/\d+$/m);
  await vi.waitFor(async () =>
    expect((await rows()).filter(({ attempts }) => attempts > 0)).toEqual(
      Array.from(
        { length: 3 },
        () => expect.objectContaining({ status: 'DELIVERED', attempts: 1 }) as object,
      ),
    ),
  );
});

test('a member who lost the access is sent nothing, nor one who took the choice back', async () => {
  const gone = await member('gone', 'ALL');
  const shut = await member('shut', 'ALL');
  const quiet = await member('quiet', 'ALL');
  await member('stays', 'FAILURES');
  await failing();
  expect(await rows()).toHaveLength(4);
  const { prisma, system } = world.database;
  await prisma.projectMember.delete({
    where: { projectId_userId: { projectId: world.projectId, userId: gone } },
  });
  await prisma.user.update({ where: { id: shut }, data: { shutOutAt: new Date() } });
  await setMailNotices(system, { projectId: world.projectId, userId: quiet }, 'NONE');
  await sending();
  await vi.waitFor(() => expect(server.mails).toHaveLength(1), { timeout: 20_000, interval: 30 });
  expect(server.mails[0]?.to).toBe('stays@example.org');
  await vi.waitFor(async () => expect((await rows()).map(({ status }) => status)).toContain('DELIVERED'));
  expect(await mailOutbox(world.database, { waitSeconds: [1], mostAttempts: 1 }).nextDue()).toBeNull();
});

test('a mail that the server cannot take now is sent again, at most as often as the rules say', async () => {
  await member('later', 'FAILURES');
  server.answer('451 try again');
  await sending();
  await failing();
  const [row] = await settled('FAILED');
  expect(row).toMatchObject({ attempts: 3, failure: 'The mail server answered: 451 try again' });
  expect(server.mails).toEqual([]);
});

test('a mail that the server refuses for good is not sent again', async () => {
  await member('unknown', 'FAILURES');
  server.answer('550 no such mailbox');
  await sending();
  await failing();
  const [row] = await settled('FAILED');
  expect(row).toMatchObject({ attempts: 1, failure: 'The mail server answered: 550 no such mailbox' });
});

test('names are one line and no secret, whatever a project or a branch is called', async () => {
  await member('careful', 'FAILURES');
  const { prisma } = world.database;
  const name = `Bcc: other@example.org\r\n${secret}`;
  await prisma.project.update({ where: { id: world.projectId }, data: { name } });
  await sending();
  await failing();
  await vi.waitFor(() => expect(server.mails).toHaveLength(1), { timeout: 20_000, interval: 30 });
  const mail = server.mails[0]?.text ?? '';
  expect(mail).not.toContain(secret);
  expect(mail).not.toMatch(/^Bcc:/m);
  expect(mail).toMatch(/^Subject: \[Bcc: other@example\.org/m);
});

test('a source that is away is news once, not at each scheduled look', async () => {
  await member('patient', 'ALL');
  const { branch } = await failing();
  const again = await world.start({ repositoryId: repository.id, branch, trigger: 'SCHEDULE' });
  await world.ended(again.id);
  expect(await rows()).toHaveLength(1);
});
