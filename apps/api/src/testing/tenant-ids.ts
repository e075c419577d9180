import { randomUUID } from 'node:crypto';
import type { Database } from '@project-sync/db';
import { encodeGlobalID } from '../graphql/ids.ts';

/** The ids by which one project's things are asked for, as a client knows them. */
export interface TenantIds {
  readonly slug: string;
  readonly branchName: string;
  /** Where its repository is. */
  readonly url: string;
  readonly Project: string;
  readonly Repository: string;
  readonly Branch: string;
  /** A finalized sync, and one that another worker holds and never ends. */
  readonly ProjectSync: string;
  readonly Snapshot: string;
  readonly running: string;
  readonly RepositoryFile: string;
  /** A file that is no text, as `/raw/` shows it. */
  readonly picture: string;
  readonly MemoryEntry: string;
  /** A note to change, and one to remove. */
  readonly note: string;
  readonly spareNote: string;
  readonly Symbol: string;
  readonly Insight: string;
  readonly Pattern: string;
  readonly Document: string;
  /** A generated page. */
  readonly page: string;
  readonly ApiKey: string;
  readonly Invitation: string;
  /** A webhook to change, and one to remove. */
  readonly Webhook: string;
  readonly spareWebhook: string;
  readonly WebhookDelivery: string;
  /** A session of a user who is none of the callers. */
  readonly Session: string;
  readonly User: string;
  /** Another of its people, who is no owner. */
  readonly member: string;
}

/** The IDs of a project's rows in the database. */
export interface TenantRows {
  readonly slug: string;
  readonly branchName: string;
  /** Where its repository is. */
  readonly url: string;
  readonly projectId: string;
  readonly repositoryId: string;
  readonly syncId: string;
  readonly runningId: string;
  readonly fileId: bigint;
  readonly pictureId: bigint;
  readonly entryId: bigint;
  readonly noteId: bigint;
  readonly spareNoteId: bigint;
  readonly insightId: string;
  readonly patternId: string;
  readonly documentId: string;
  readonly pageId: string;
  readonly keyId: string;
  readonly invitationId: string;
  readonly webhookId: string;
  readonly spareWebhookId: string;
  readonly webhookDeliveryId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly memberId: string;
}

/** The same as global ids. */
export function tenantIds(rows: TenantRows): TenantIds {
  const inside = (type: string, ...parts: (string | bigint)[]) =>
    encodeGlobalID(type, [rows.projectId, ...parts].join(':'));
  return {
    slug: rows.slug,
    branchName: rows.branchName,
    url: rows.url,
    Project: inside('Project'),
    Repository: inside('Repository', rows.repositoryId),
    Branch: inside('Branch', rows.repositoryId, rows.branchName),
    ProjectSync: inside('ProjectSync', rows.syncId),
    Snapshot: inside('Snapshot', rows.syncId),
    running: inside('ProjectSync', rows.runningId),
    RepositoryFile: inside('RepositoryFile', rows.fileId),
    picture: inside('RepositoryFile', rows.pictureId),
    MemoryEntry: inside('MemoryEntry', rows.entryId, rows.fileId),
    note: inside('MemoryEntry', rows.noteId, '0'),
    spareNote: inside('MemoryEntry', rows.spareNoteId, '0'),
    Symbol: inside('Symbol', rows.fileId, '0', '1'),
    Insight: inside('Insight', rows.insightId),
    Pattern: inside('Pattern', rows.patternId),
    Document: inside('Document', rows.documentId),
    page: inside('Document', rows.pageId),
    ApiKey: encodeGlobalID('ApiKey', rows.keyId),
    Invitation: inside('Invitation', rows.invitationId),
    Webhook: inside('Webhook', rows.webhookId),
    spareWebhook: inside('Webhook', rows.spareWebhookId),
    WebhookDelivery: inside('WebhookDelivery', rows.webhookDeliveryId),
    Session: encodeGlobalID('Session', rows.sessionId),
    User: encodeGlobalID('User', rows.userId),
    member: encodeGlobalID('User', rows.memberId),
  };
}

/** Well-formed ids of things that never were, in a project that never was, or in one that is there. */
export function nowhere(projectId: string = randomUUID()): TenantIds {
  return tenantIds({
    slug: `no-${randomUUID()}`,
    branchName: 'no-such-branch',
    url: 'https://code.example/none',
    projectId,
    repositoryId: randomUUID(),
    syncId: randomUUID(),
    runningId: randomUUID(),
    fileId: 99_999_999n,
    pictureId: 99_999_998n,
    entryId: 99_999_999n,
    noteId: 99_999_997n,
    spareNoteId: 99_999_996n,
    insightId: randomUUID(),
    patternId: randomUUID(),
    documentId: randomUUID(),
    pageId: randomUUID(),
    keyId: randomUUID(),
    invitationId: randomUUID(),
    webhookId: randomUUID(),
    spareWebhookId: randomUUID(),
    webhookDeliveryId: randomUUID(),
    sessionId: randomUUID(),
    userId: randomUUID(),
    memberId: randomUUID(),
  });
}

/** Ids of the right types, with something in them that no row was ever called. */
export function malformed(local: string): TenantIds {
  const id = (type: string) => encodeGlobalID(type, local);
  return {
    slug: local,
    branchName: local,
    url: local,
    Project: id('Project'),
    Repository: id('Repository'),
    Branch: id('Branch'),
    ProjectSync: id('ProjectSync'),
    Snapshot: id('Snapshot'),
    running: id('ProjectSync'),
    RepositoryFile: id('RepositoryFile'),
    picture: id('RepositoryFile'),
    MemoryEntry: id('MemoryEntry'),
    note: id('MemoryEntry'),
    spareNote: id('MemoryEntry'),
    Symbol: id('Symbol'),
    Insight: id('Insight'),
    Pattern: id('Pattern'),
    Document: id('Document'),
    page: id('Document'),
    ApiKey: id('ApiKey'),
    Invitation: id('Invitation'),
    Webhook: id('Webhook'),
    spareWebhook: id('Webhook'),
    WebhookDelivery: id('WebhookDelivery'),
    Session: id('Session'),
    User: id('User'),
    member: id('User'),
  };
}

/** The rows that a project has after its first sync, with what no sync brings put beside them. */
export async function fillProject(
  { prisma }: Database,
  project: { projectId: string; slug: string; ownerId: string; memberId: string; mark: string },
): Promise<TenantRows> {
  const { projectId, slug, ownerId, memberId, mark } = project;
  const branchName = `${mark}-work`;
  const { id: repositoryId, url } = await prisma.repository.findFirstOrThrow({ where: { projectId } });
  const branch = await prisma.branch.create({ data: { projectId, repositoryId, name: branchName } });
  const running = await prisma.projectSync.create({
    data: {
      projectId,
      repositoryId,
      branchId: branch.id,
      trigger: 'MANUAL',
      status: 'RUNNING',
      lastSequence: 1,
      workerId: 'elsewhere',
      leaseUntil: new Date(Date.now() + 60 * 60 * 1000),
      events: {
        create: { sequence: 1, status: 'RUNNING', phase: 'PREPARE', progress: 0, message: mark, stats: {} },
      },
    },
  });
  const sync = await prisma.projectSync.findFirstOrThrow({ where: { projectId, number: { not: null } } });
  const fileOf = (path: string) => fileAt(prisma, projectId, path);
  const own = await fileOf(`${mark}.ts`);
  // Generated pages have entries too, which stand in no file.
  const entry = await prisma.memoryEntry.findFirstOrThrow({ where: { projectId, oid: own.oid } });
  const note = { projectId, kind: 'NOTE', title: mark, hash: entry.hash, authorId: ownerId } as const;
  const pattern = await prisma.pattern.create({
    data: { projectId, kind: 'NAMING', title: mark, description: mark, evidence: [entry.id] },
  });
  const document = await prisma.document.create({
    data: { projectId, title: mark, content: mark, authority: 'GUIDELINE', sources: [mark] },
  });
  const { id: keyId } = await prisma.apiKey.create({ data: keyOf(project) });
  return {
    slug,
    branchName,
    url,
    projectId,
    repositoryId,
    syncId: sync.id,
    runningId: running.id,
    fileId: own.id,
    pictureId: (await fileOf(`${mark}.bin`)).id,
    entryId: entry.id,
    noteId: (await prisma.memoryEntry.create({ data: note })).id,
    spareNoteId: (await prisma.memoryEntry.create({ data: note })).id,
    insightId: await insertInsight(prisma, { projectId, mark, hash: entry.hash }),
    patternId: pattern.id,
    documentId: document.id,
    pageId: await pageOf(prisma, projectId),
    keyId,
    ...(await fillPeople({ prisma }, project)),
    ...(await fillWebhooks({ prisma }, { projectId, slug, mark, repositoryId })),
    userId: ownerId,
    memberId,
  };
}

/** The ID of a generated page of a project. */
async function pageOf(prisma: Database['prisma'], projectId: string): Promise<string> {
  const where = { projectId, kind: 'GENERATED', path: 'overview' } as const;
  return (await prisma.document.findFirstOrThrow({ where })).id;
}

/** An invitation of the project, and a session of a user who is no caller of the tests. */
async function fillPeople(
  { prisma }: Pick<Database, 'prisma'>,
  { projectId, ownerId, mark }: { projectId: string; ownerId: string; mark: string },
): Promise<{ invitationId: string; sessionId: string }> {
  const expiresAt = new Date(Date.now() + 60 * 60 * 1000);
  const invitation = await prisma.invitation.create({
    data: { projectId, role: 'VIEWER', email: mark, tokenHash: projectId, invitedBy: ownerId, expiresAt },
  });
  const session = await prisma.session.create({
    data: {
      id: randomUUID(),
      token: projectId,
      expiresAt,
      user: { create: { id: randomUUID(), name: 'away', email: `${mark}-away@example.invalid` } },
    },
  });
  return { invitationId: invitation.id, sessionId: session.id };
}

/** Two webhooks of the project, and a delivery of the first one that has ended. */
async function fillWebhooks(
  { prisma }: Pick<Database, 'prisma'>,
  at: { projectId: string; slug: string; mark: string; repositoryId: string },
): Promise<{ webhookId: string; spareWebhookId: string; webhookDeliveryId: string }> {
  const { projectId, slug, mark, repositoryId } = at;
  const webhook = {
    projectId,
    url: `https://${mark}.example.org/in`,
    events: ['SYNC_FAILED' as const],
    secretCipher: Buffer.from(mark),
  };
  const { id: webhookId } = await prisma.webhook.create({ data: webhook });
  const data = {
    project: { id: projectId, slug, name: mark },
    repository: { id: repositoryId, name: mark, url: mark },
    branch: mark,
    head: { commitOid: mark, storedCommitOid: mark },
  };
  const delivery = await prisma.webhookDelivery.create({
    data: { projectId, webhookId, event: 'BRANCH_BEHIND', data, status: 'FAILED', failure: mark },
  });
  return {
    webhookId,
    spareWebhookId: (await prisma.webhook.create({ data: webhook })).id,
    webhookDeliveryId: delivery.id,
  };
}

/** Inserts an insight with the entry that search finds it by, and returns its ID. */
async function insertInsight(
  prisma: Database['prisma'],
  { projectId, mark, hash }: { readonly projectId: string; readonly mark: string; readonly hash: string },
): Promise<string> {
  const entry = await prisma.memoryEntry.create({ data: { projectId, kind: 'INSIGHT', title: mark, hash } });
  const insight = await prisma.workflowInsight.create({
    data: { projectId, entryId: entry.id, title: mark, detail: mark, category: 'pattern', type: 'WRITTEN' },
  });
  return insight.id;
}

function fileAt(prisma: Database['prisma'], projectId: string, path: string) {
  return prisma.repositoryFile.findFirstOrThrow({ where: { projectId, path: Buffer.from(path) } });
}

function keyOf({ projectId, ownerId, mark }: { projectId: string; ownerId: string; mark: string }) {
  return { ownerId, projectId, name: mark, prefix: mark, hash: projectId, scopes: ['READ' as const] };
}
