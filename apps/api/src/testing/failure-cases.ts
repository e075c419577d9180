import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { createRepository } from '@project-sync/sync/testing';
import { hashApiKey } from '../auth/api-key.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { partsOf, text, type RealWorld } from './real-world.ts';

/** Questions that are refused, by the code of the refusal. */
export type FailureCases = Readonly<Record<string, () => Promise<unknown>>>;

const error = '... on Error { code message }';

/** A question for each code that a resolver gives. */
export function failureCases(world: RealWorld): FailureCases {
  return {
    ...failuresOfTexts(world),
    ...failuresOfSources(world),
    ...failuresOfNames(world),
    ...failuresOfRights(world),
    ...failuresOfSyncs(world),
    ...failuresOfLimits(world),
    ...failuresOfWebhooks(world),
    ...failuresOfModels(world),
  };
}

/** Refused for a text that was given. */
function failuresOfTexts(world: RealWorld): FailureCases {
  const { ask, ids } = world;
  return {
    SLUG_TAKEN: () => ask(`mutation { createProject(input: { name: "x", slug: "harbour" }) { ${error} } }`),
    INVALID_NAME: () => ask(`mutation { createProject(input: { name: " " }) { ${error} } }`),
    INVALID_SLUG: () => ask(`mutation { createProject(input: { name: "x", slug: "No Good" }) { ${error} } }`),
    PROJECT_NOT_FOUND: () =>
      ask(`mutation { addNote(input: { projectId: "nonsense", title: "x", content: "x" }) { ${error} } }`),
    INVALID_TITLE: () =>
      ask(`mutation($p: ID!) { addNote(input: { projectId: $p, title: "", content: "x" }) { ${error} } }`, {
        p: ids.project,
      }),
    INVALID_CONTENT: () =>
      ask(
        `mutation($p: ID!) { putDocument(input: { projectId: $p, title: "x", content: " " }) { ${error} } }`,
        { p: ids.project },
      ),
    INVALID_PATH: () =>
      ask(
        `mutation($p: ID!) { putDocument(input: { projectId: $p, title: "x", content: "x", path: "a//b" }) { ${error} } }`,
        { p: ids.project },
      ),
    DOCUMENT_NOT_FOUND: () =>
      ask(`mutation { removeDocument(input: { documentId: "nonsense" }) { ${error} } }`),
    DOCUMENT_NOT_WRITTEN: async () => {
      const id = randomUUID();
      const [projectId = '', repositoryId] = partsOf(ids.repository);
      await world.server.database.system.execute(
        `INSERT INTO document (project_id, id, kind, path, title, authority, sources, oid, repository_id, branch_id, added)
         VALUES ($1, $2, 'REPOSITORY', 'AGENTS.md', 'x', 'GUIDELINE', '{}', 'x', $3, $4, 1)`,
        [projectId, id, repositoryId, partsOf(ids.branch)[1]],
      );
      const documentId = encodeGlobalID('Document', `${projectId}:${id}`);
      return ask(`mutation($d: ID!) { removeDocument(input: { documentId: $d }) { ${error} } }`, {
        d: documentId,
      });
    },
  };
}

/** Refused for the address or the branch of a repository. */
function failuresOfSources(world: RealWorld): FailureCases {
  const { ask, ids } = world;
  return {
    INVALID_URL: () =>
      ask(
        `mutation($p: ID!) { connectRepository(input: { projectId: $p, provider: GIT, url: "--upload-pack=touch" }) { ${error} } }`,
        { p: ids.project },
      ),
    HOST_NOT_ALLOWED: () =>
      ask(
        `mutation($p: ID!) { connectRepository(input: { projectId: $p, provider: GIT, url: "https://127.0.0.1/a/b" }) { ${error} } }`,
        { p: ids.project },
      ),
    PATH_NOT_ALLOWED: () =>
      ask(
        `mutation($p: ID!) { connectRepository(input: { projectId: $p, provider: GIT, url: "/etc" }) { ${error} } }`,
        { p: ids.project },
      ),
    REPOSITORY_NOT_FOUND: () =>
      ask(`mutation { startSync(input: { repositoryId: "nonsense" }) { ${error} } }`),
    BRANCH_NOT_FOUND: () =>
      ask(`mutation($r: ID!) { startSync(input: { repositoryId: $r, branch: "no-such" }) { ${error} } }`, {
        r: ids.repository,
      }),
  };
}

/** Refused for an ID, a scope or a version that does not fit. */
function failuresOfNames(world: RealWorld): FailureCases {
  const { ask, ids } = world;
  return {
    PATTERN_NOT_FOUND: () =>
      ask(`mutation { judgePattern(input: { patternId: "nonsense", state: OPEN }) { ${error} } }`),
    TOO_MANY_SYNCS: () =>
      ask(`mutation($i: StartSyncsInput!) { startSyncs(input: $i) { ${error} } }`, {
        i: { projectId: ids.project, syncs: Array.from({ length: 51 }, () => ({ repositoryId: '' })) },
      }),
    SYNC_NOT_FOUND: () => ask(`mutation { cancelSync(input: { syncId: "nonsense" }) { ${error} } }`),
    SYNC_ENDED: () =>
      ask(`mutation($s: ID!) { cancelSync(input: { syncId: $s }) { ${error} } }`, { s: ids.sync }),
    NO_SCOPES: () => ask(`mutation { createApiKey(input: { name: "x", scopes: [] }) { ${error} } }`),
    ALREADY_EXPIRED: () =>
      ask(
        `mutation { createApiKey(input: { name: "x", scopes: [READ], expiresAt: "2020-01-01T00:00:00.000Z" }) { ${error} } }`,
      ),
    NOTE_NOT_FOUND: () => ask(`mutation { removeNote(input: { entryId: "nonsense" }) { ${error} } }`),
    NOTE_CHANGED: async () => {
      const note =
        'mutation($p: ID!) { addNote(input: { projectId: $p, title: "Old", content: "Old." }) { ... on AddNoteSuccess { entry { id } } } }';
      const e = text(await ask(note, { p: ids.project }), 'data.addNote.entry.id');
      await ask(`mutation($e: ID!) { removeNote(input: { entryId: $e }) { ${error} } }`, { e });
      return ask(
        `mutation($e: ID!) { updateNote(input: { entryId: $e, title: "Old", content: "New." }) { ${error} } }`,
        { e },
      );
    },
    API_KEY_NOT_FOUND: () => ask(`mutation { revokeApiKey(input: { id: "nonsense" }) { ${error} } }`),
    LAST_OWNER: async () =>
      ask(`mutation($p: ID!, $u: ID!) { removeMember(input: { projectId: $p, userId: $u }) { ${error} } }`, {
        p: ids.project,
        u: text(await ask('{ viewer { id } }'), 'data.viewer.id'),
      }),
    INVALID_EMAIL: () =>
      ask(
        `mutation($p: ID!) { inviteMember(input: { projectId: $p, email: "no-address", role: VIEWER }) { ${error} } }`,
        { p: ids.project },
      ),
  };
}

/** Refused for who asks. */
function failuresOfRights(world: RealWorld): FailureCases {
  const { ask, ids, keyFor } = world;
  return {
    MEMBER_NOT_FOUND: () =>
      ask(`mutation($p: ID!, $u: ID!) { removeMember(input: { projectId: $p, userId: $u }) { ${error} } }`, {
        p: ids.project,
        u: encodeGlobalID('User', 'unknown'),
      }),
    KEY_BOUND_TO_PROJECT: async () => {
      const made = await ask(
        'mutation($p: ID!) { createApiKey(input: { name: "bound", scopes: [ADMIN], projectId: $p }) { ... on CreateApiKeySuccess { key } } }',
        { p: ids.project },
      );
      return ask(
        `mutation { createProject(input: { name: "x" }) { ${error} } }`,
        {},
        text(made, 'data.createApiKey.key'),
      );
    },
    ROLE_TOO_LOW: async () => {
      const key = await keyFor('VIEWER', ['ADMIN']);
      return ask(
        `mutation($p: ID!) { removeProject(input: { projectId: $p }) { ${error} } }`,
        { p: ids.project },
        key,
      );
    },
  };
}

/** Refused for how a sync or its source stands. */
function failuresOfSyncs(world: RealWorld): FailureCases {
  const { ask, ids } = world;
  const seeded = async (status: string, trigger: string, restoredFrom: string | null) => {
    const [projectId, repositoryId] = partsOf(ids.repository);
    const id = randomUUID();
    await world.server.database.system.execute(
      `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, restored_from_id, lease_until)
       SELECT $1, $2, $3, id, $4::sync_trigger, $5::sync_status, $6, now() + interval '1 hour' FROM branch WHERE project_id = $1 AND name = 'main'`,
      [projectId, id, repositoryId, trigger, status, restoredFrom],
    );
    return { id: encodeGlobalID('ProjectSync', `${projectId}:${id}`), row: id };
  };
  return {
    SYNC_NOT_FINALIZED: async () => {
      const { id } = await seeded('FAILED', 'MANUAL', null);
      return ask(`mutation($s: ID!) { restoreMemory(input: { syncId: $s }) { ${error} } }`, { s: id });
    },
    INVALID_REASON: () =>
      ask(
        `mutation($s: ID!, $r: String!) { restoreMemory(input: { syncId: $s, pin: true, reason: $r }) { ${error} } }`,
        { s: ids.sync, r: 'x'.repeat(501) },
      ),
    RESTORE_ACTIVE: async () => {
      const { row } = await seeded('RUNNING', 'RESTORE', partsOf(ids.second)[1] ?? null);
      const answer = await ask(`mutation($s: ID!) { restoreMemory(input: { syncId: $s }) { ${error} } }`, {
        s: ids.sync,
      });
      await world.server.database.system.execute(
        `UPDATE project_sync SET status = 'CANCELLED' WHERE id = $1`,
        [row],
      );
      return answer;
    },
    REPOSITORY_EMPTY: async () => {
      const empty = await createRepository();
      try {
        const connected = await ask(
          'mutation($p: ID!, $u: String!) { connectRepository(input: { projectId: $p, provider: GIT, url: $u }) { ... on ConnectRepositorySuccess { repository { id } } ... on Error { code message } } }',
          { p: ids.project, u: empty.path },
        );
        const r = text(connected, 'data.connectRepository.repository.id');
        const [projectId, id] = partsOf(r);
        await world.server.database.system.execute(
          'UPDATE repository SET default_branch = NULL WHERE project_id = $1 AND id = $2',
          [projectId, id],
        );
        return await ask(`mutation($r: ID!) { startSync(input: { repositoryId: $r }) { ${error} } }`, { r });
      } finally {
        await empty.remove();
      }
    },
  };
}

/** Refused for a limit, or for what the operator allows. */
function failuresOfLimits(world: RealWorld): FailureCases {
  const { ask, ids, keyFor } = world;
  /** A user of their own with a key, for whom a statement makes some rows. */
  const userWith = async (rows: string): Promise<string> => {
    const key = await keyFor('EDITOR', ['ADMIN']);
    const [{ ownerId } = { ownerId: '' }] = await world.server.database.prisma.apiKey.findMany({
      where: { hash: hashApiKey(key) },
      select: { ownerId: true },
    });
    await world.server.database.prisma.user.update({
      where: { id: ownerId },
      data: { mayCreateProjects: true },
    });
    await world.server.database.system.execute(rows, [ownerId]);
    return key;
  };
  return {
    OPERATOR_ACCESS_NEEDED: async () =>
      ask(
        `mutation($p: ID!, $u: String!) { connectRepository(input: { projectId: $p, provider: GIT, url: $u }) { ${error} } }`,
        { p: ids.project, u: tmpdir() },
        await keyFor('EDITOR', ['ADMIN']),
      ),
    PROJECT_CREATION_NOT_ALLOWED: async () =>
      ask(`mutation { createProject(input: { name: "x" }) { ${error} } }`, {}, await keyFor(null, ['ADMIN'])),
    TOO_MANY_PROJECTS: async () =>
      ask(
        `mutation { createProject(input: { name: "x" }) { ${error} } }`,
        {},
        await userWith(
          `WITH made AS (INSERT INTO project (id, slug, name) SELECT gen_random_uuid(), 'many-' || n, 'x' FROM generate_series(1, 200) n RETURNING id)
           INSERT INTO project_member (project_id, user_id, role) SELECT id, $1, 'OWNER' FROM made`,
        ),
      ),
    TOO_MANY_KEYS: async () =>
      ask(
        `mutation { createApiKey(input: { name: "x", scopes: [READ] }) { ${error} } }`,
        {},
        await userWith(
          `INSERT INTO api_key (id, owner_id, name, prefix, hash, scopes) SELECT gen_random_uuid(), $1, 'x', 'x', 'many ' || n, '{READ}' FROM generate_series(1, 200) n`,
        ),
      ),
    INVALID_DESCRIPTION: () =>
      ask(
        `mutation($p: ID!, $d: String!) { updateProject(input: { projectId: $p, description: $d }) { ${error} } }`,
        {
          p: ids.project,
          d: 'x'.repeat(5001),
        },
      ),
    LAST_OPERATOR: async () =>
      ask(`mutation($u: ID!) { shutUserOut(input: { userId: $u }) { ${error} } }`, {
        u: text(await ask('{ viewer { id } }'), 'data.viewer.id'),
      }),
    INVITATION_NOT_FOUND: () =>
      ask(`mutation { revokeInvitation(input: { invitationId: "nonsense" }) { ${error} } }`),
    USER_NOT_FOUND: () => ask(`mutation { letUserIn(input: { userId: "nonsense" }) { ${error} } }`),
    SESSION_NOT_FOUND: () => ask(`mutation { endSession(input: { sessionId: "nonsense" }) { ${error} } }`),
  };
}

/** Refused by webhooks. */
function failuresOfWebhooks(world: RealWorld): FailureCases {
  const { ask, ids } = world;
  const create = (events: string) =>
    ask(
      `mutation($p: ID!) { createWebhook(input: { projectId: $p, url: "https://hooks.example.org/in", events: ${events} }) { ${error} } }`,
      { p: ids.project },
    );
  const webhook = { url: 'https://hooks.example.org/in', secretCipher: Buffer.from('x'), events: [] };
  return {
    WEBHOOK_NOT_FOUND: () => ask(`mutation { removeWebhook(input: { webhookId: "nonsense" }) { ${error} } }`),
    WEBHOOK_DELIVERY_NOT_FOUND: () =>
      ask(`mutation { redeliverWebhook(input: { deliveryId: "nonsense" }) { ${error} } }`),
    NO_EVENTS: () => create('[]'),
    MAIL_NOT_CONFIGURED: () =>
      ask(`mutation($p: ID!) { setMailNotices(input: { projectId: $p, notices: ALL }) { ${error} } }`, {
        p: ids.project,
      }),
    WEBHOOK_OFF: async () => {
      const [projectId = ''] = partsOf(ids.project);
      const { prisma } = world.server.database;
      const { id: webhookId } = await prisma.webhook.create({
        data: { ...webhook, projectId, offAt: new Date() },
      });
      const { id } = await prisma.webhookDelivery.create({
        data: { projectId, webhookId, event: 'SYNC_FAILED', data: {}, status: 'FAILED' },
      });
      const d = encodeGlobalID('WebhookDelivery', `${projectId}:${id}`);
      return ask(`mutation($d: ID!) { redeliverWebhook(input: { deliveryId: $d }) { ${error} } }`, { d });
    },
    TOO_MANY_WEBHOOKS: async () => {
      const [projectId = ''] = partsOf(ids.project);
      const data = Array.from({ length: 20 }, () => ({ ...webhook, projectId, offAt: new Date() }));
      await world.server.database.prisma.webhook.createMany({ data });
      return create('[SYNC_FAILED]');
    },
  };
}

/** Refused by the language model, or for want of one. */
function failuresOfModels(world: RealWorld): FailureCases {
  const { ask, ids } = world;
  const write = (d: string) =>
    ask(`mutation($d: ID!) { writeDocument(input: { documentId: $d }) { ${error} } }`, { d });
  const pageAt = async (path: string) =>
    text(
      await ask(
        'query($s: ID!, $path: String!) { node(id: $s) { ... on ProjectSync { snapshot { document(path: $path) { id } } } } }',
        { s: ids.second, path },
      ),
      'data.node.snapshot.document.id',
    );
  return {
    PAGE_NOT_WRITABLE: async () => {
      const put = await ask(
        'mutation($p: ID!) { putDocument(input: { projectId: $p, title: "Own", content: "x" }) { ... on PutDocumentSuccess { document { id } } } }',
        { p: ids.project },
      );
      return write(text(put, 'data.putDocument.document.id'));
    },
    MODEL_NOT_CONFIGURED: async () => write(await pageAt('overview')),
  };
}
