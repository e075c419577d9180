import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashApiKey, newApiKey, prefixOf } from './auth/api-key.ts';
import { encodeGlobalID } from './graphql/ids.ts';
import { openTestServer } from './testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let repository: TestRepository;
beforeAll(async () => {
  server = await openTestServer();
  repository = await createRepository();
  repository.commit('main', { 'a.ts': 'export const a = 1;\n' });
}, 60_000);
afterAll(async () => {
  await server.close();
  await repository.remove();
});

type Role = 'OWNER' | 'EDITOR' | 'VIEWER';

/** A user with a key for all of their projects. */
async function person(name: string, projectId?: string, role: Role = 'VIEWER') {
  const { prisma } = server.database;
  const id = randomUUID();
  const email = `${name}-${id}@example.invalid`;
  await prisma.user.create({ data: { id, name, email } });
  if (projectId !== undefined) await prisma.projectMember.create({ data: { projectId, userId: id, role } });
  const key = newApiKey();
  const data = { ownerId: id, name: 'key', prefix: prefixOf(key), hash: hashApiKey(key) };
  await prisma.apiKey.create({ data: { ...data, scopes: ['ADMIN'] } });
  return { id, email, key, globalId: encodeGlobalID('User', id) };
}

async function project(): Promise<{ id: string; globalId: string; slug: string }> {
  const slug = `p-${randomUUID()}`;
  const { id } = await server.database.prisma.project.create({ data: { slug, name: 'P' } });
  return { id, slug, globalId: encodeGlobalID('Project', id) };
}

const change = async (name: string, input: object, bearer: string = server.key) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const link = name === 'inviteMember' ? '... on InviteMemberSuccess { link }' : '';
  const made = name === 'createApiKey' ? '... on CreateApiKeySuccess { key apiKey { id expiresAt } }' : '';
  const { body } = await server.ask(
    `mutation ($input: ${type}Input!) { r: ${name}(input: $input) { __typename ${link} ${made} ... on Error { code } } }`,
    { input },
    bearer,
  );
  return JSON.stringify(body);
};
const field = (text: string, name: string) => new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1] ?? '';
const isKeyValid = async (key: string) => (await server.ask('{ viewer { id } }', {}, key)).status === 200;
const join = (token: string) =>
  fetch(`${server.url}/api/invitation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });

describe('an invitation', () => {
  test('ends with the right of the owner who wrote it, so a removed owner cannot come back', async () => {
    const { id, globalId: projectId } = await project();
    const owner = await person('owner', id, 'OWNER');
    const leaver = await person('leaver', id, 'OWNER');
    const invite = async () =>
      new URL(
        field(
          await change(
            'inviteMember',
            { projectId, email: `${randomUUID()}@example.invalid`, role: 'OWNER' },
            leaver.key,
          ),
          'link',
        ),
      ).searchParams.get('token') ?? '';
    const first = await invite();
    const removed = { projectId, userId: leaver.globalId };
    expect(await change('removeMember', removed, owner.key)).toContain('RemoveMemberSuccess');
    expect((await join(first)).status).toBe(410);
    // Also one that is still stored, as an older version left it.
    await server.database.prisma.invitation.create({
      data: {
        projectId: id,
        role: 'OWNER',
        email: `${randomUUID()}@example.invalid`,
        invitedBy: leaver.id,
        tokenHash: createHash('sha256').update('left behind').digest('hex'),
        expiresAt: new Date(Date.now() + 60_000),
      },
    });
    expect((await join('left behind')).status).toBe(410);
  });

  test('is listed for owners alone, and revoked', async () => {
    const { id, globalId: projectId, slug } = await project();
    const owner = await person('owner', id, 'OWNER');
    const viewer = await person('viewer', id);
    const link = await change(
      'inviteMember',
      { projectId, email: 'new@example.invalid', role: 'VIEWER' },
      owner.key,
    );
    const list = `query ($slug: String!) { project(slug: $slug) { invitations { id email role invitedBy { id } } } }`;
    const listed = JSON.stringify((await server.ask(list, { slug }, owner.key)).body);
    expect(listed).toContain('new@example.invalid');
    expect(JSON.stringify((await server.ask(list, { slug }, viewer.key)).body)).toContain('"invitations":[]');
    expect(await change('revokeInvitation', { invitationId: field(listed, 'id') }, owner.key)).toContain(
      'RevokeInvitationSuccess',
    );
    expect((await join(new URL(field(link, 'link')).searchParams.get('token') ?? '')).status).toBe(410);
  });
});

test('a member leaves by their own decision, with the keys that are bound to the project', async () => {
  const { id, globalId: projectId } = await project();
  const owner = await person('owner', id, 'OWNER');
  const viewer = await person('viewer', id);
  const bound = field(
    await change('createApiKey', { name: 'b', scopes: ['READ'], projectId }, viewer.key),
    'key',
  );
  expect(await isKeyValid(bound)).toBe(true);
  expect(await change('leaveProject', { projectId }, viewer.key)).toContain('LeaveProjectSuccess');
  expect(await isKeyValid(bound)).toBe(false);
  expect(await change('leaveProject', { projectId }, viewer.key)).toContain('PROJECT_NOT_FOUND');
  expect(await change('leaveProject', { projectId }, owner.key)).toContain('LAST_OWNER');
});

test('a user who is shut out has no key, no session, no sign-in and no invitation until they are let in', async () => {
  const { id, globalId: projectId } = await project();
  const owner = await person('owner', id, 'OWNER');
  const link = await change(
    'inviteMember',
    { projectId, email: 'later@example.invalid', role: 'OWNER' },
    owner.key,
  );
  expect(await change('shutUserOut', { userId: owner.globalId }, owner.key)).toContain('NOT_OPERATOR');
  expect(await change('shutUserOut', { userId: owner.globalId })).toContain('ShutUserOutSuccess');
  expect(await isKeyValid(owner.key)).toBe(false);
  expect((await join(new URL(field(link, 'link')).searchParams.get('token') ?? '')).status).toBe(410);
  const signIn = async () => {
    const token = encodeURIComponent(await server.signInToken(owner.email));
    const answer = await fetch(`${server.url}/api/auth/magic-link/verify?token=${token}&callbackURL=/`, {
      redirect: 'manual',
    });
    return answer.headers.getSetCookie().some((line) => /session_token=[^;]/.test(line));
  };
  expect(await signIn()).toBe(false);
  expect(await change('letUserIn', { userId: owner.globalId })).toContain('LetUserInSuccess');
  expect(await signIn()).toBe(true);
});

test('the last operator can neither be shut out nor lose the role', async () => {
  const me = field(JSON.stringify((await server.ask('{ viewer { id } }')).body), 'id');
  expect(await change('shutUserOut', { userId: me })).toContain('LAST_OPERATOR');
  expect(await change('setUserRights', { userId: me, isOperator: false })).toContain('LAST_OPERATOR');
});

describe("the operator's own", () => {
  test('folders are read by others only in a project that the operator allowed, and no longer once that is taken back', async () => {
    const { id, globalId: projectId, slug } = await project();
    const editor = await person('editor', id, 'EDITOR');
    const connect = (bearer: string) =>
      change('connectRepository', { projectId, provider: 'GIT', url: repository.path }, bearer);
    const viewer = await person('viewer', id, 'VIEWER');
    const check = async (bearer: string, url = repository.path) => {
      const query = `query ($slug: String!, $url: String!) { project(slug: $slug) { repositoryCheck(provider: GIT, url: $url) { url failure { code } enclosingUrl } } }`;
      return JSON.stringify((await server.ask(query, { slug, url }, bearer)).body);
    };
    const inside = `${repository.path}/inside`;
    mkdirSync(inside);
    expect(await connect(editor.key)).toContain('OPERATOR_ACCESS_NEEDED');
    expect(await check(editor.key)).toContain('OPERATOR_ACCESS_NEEDED');
    // Nor does a folder inside of it lead there.
    expect(await check(editor.key, inside)).toContain('"enclosingUrl":null');
    expect(await check(viewer.key)).toContain('ROLE_TOO_LOW');
    expect(await change('setOperatorAccess', { projectId, isAllowed: true }, editor.key)).toContain(
      'NOT_OPERATOR',
    );
    expect(await change('setOperatorAccess', { projectId, isAllowed: true })).toContain('Success');
    expect(await check(editor.key)).toContain(`"url":"${repository.path}","failure":null`);
    expect(await check(editor.key, inside)).toContain(`"enclosingUrl":"${repository.path}"`);
    expect(await check(viewer.key)).toContain('ROLE_TOO_LOW');
    expect(await connect(editor.key)).toContain('ConnectRepositorySuccess');
    const branches = `query ($id: ID!) { node(id: $id) { ... on Project { repositories { nodes { branches { totalCount } } } } } }`;
    const read = async () => JSON.stringify((await server.ask(branches, { id: projectId }, editor.key)).body);
    expect(await read()).toContain('"totalCount":1');
    expect(await change('setOperatorAccess', { projectId, isAllowed: false })).toContain('Success');
    expect(await read()).toContain('PATH_NOT_ALLOWED');
  });

  test('right to create projects is given to users one by one', async () => {
    const someone = await person('someone');
    const check = async () => {
      const query =
        '{ instance { repositoryCheck(provider: GIT, url: "https://127.0.0.1/a.git") { failure { code } } } }';
      return JSON.stringify((await server.ask(query, {}, someone.key)).body);
    };
    expect(await check()).toContain('PROJECT_CREATION_NOT_ALLOWED');
    expect(await change('createProject', { name: 'Mine' }, someone.key)).toContain(
      'PROJECT_CREATION_NOT_ALLOWED',
    );
    const given = { userId: someone.globalId, mayCreateProjects: true };
    expect(await change('setUserRights', given, someone.key)).toContain('NOT_OPERATOR');
    expect(await change('setUserRights', given)).toContain('SetUserRightsSuccess');
    expect(await check()).toContain('HOST_NOT_ALLOWED');
    expect(await change('createProject', { name: 'Mine' }, someone.key)).toContain('CreateProjectSuccess');
  });

  test('page on the server shows its queue, workers, space, rows and versions, to operators alone', async () => {
    const query =
      '{ instance { id operations { workers runningSyncs queues { name waiting oldestSeconds } syncsOfDay { status count } failuresOfDay { code count } counts { projects users contents } databaseBytes tables { name bytes rows } databaseVersion vectorVersion nodeVersion migrations lastMigration } } }';
    const { body } = await server.ask(query);
    expect(body).toMatchObject({
      data: {
        instance: {
          operations: {
            workers: expect.any(Number) as number,
            queues: expect.arrayContaining([expect.objectContaining({ name: 'sync' })]) as unknown,
            counts: { projects: await server.database.prisma.project.count({ where: { removedAt: null } }) },
            tables: expect.arrayContaining([expect.objectContaining({ name: 'repository_file' })]) as unknown,
            databaseVersion: expect.stringMatching(/^\d+\./) as string,
            vectorVersion: expect.stringMatching(/^\d+\.\d+/) as string,
            nodeVersion: process.versions.node,
            lastMigration: expect.stringMatching(/^\d{4}_/) as string,
          },
        },
      },
    });
    const { id, globalId: projectId } = await project();
    const owner = await person('owner', id, 'OWNER');
    const { prisma } = server.database;
    const operator = await prisma.user.findFirstOrThrow({ where: { isOperator: true } });
    await prisma.projectMember.create({ data: { projectId: id, userId: operator.id, role: 'OWNER' } });
    const bound = field(await change('createApiKey', { name: 'b', scopes: ['ADMIN'], projectId }), 'key');
    const reader = field(await change('createApiKey', { name: 'r', scopes: ['READ'] }), 'key');
    for (const [key, code] of [
      [owner.key, 'NOT_OPERATOR'],
      [bound, 'NOT_OPERATOR'],
      [reader, 'FORBIDDEN'],
    ] as const)
      expect((await server.ask(query, {}, key)).body).toMatchObject({
        data: { instance: { operations: null } },
        errors: [{ path: ['instance', 'operations'], extensions: { code } }],
      });
  });

  test('list of users shows the rights of each, to operators alone', async () => {
    const someone = await person('listed');
    const list = `query ($q: String) { instance { users(query: $q) { totalCount nodes { id email isOperator shutOutAt projectCount } } } }`;
    expect(JSON.stringify((await server.ask(list, { q: someone.email })).body)).toContain(
      `"id":"${someone.globalId}"`,
    );
    expect(JSON.stringify((await server.ask(list, {}, someone.key)).body)).toContain('NOT_OPERATOR');
  });
});

describe('a key', () => {
  test('neither outlives the key that made it, nor its revocation', async () => {
    const owner = await person('owner');
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const short = await change('createApiKey', { name: 's', scopes: ['ADMIN'], expiresAt }, owner.key);
    const child = await change('createApiKey', { name: 'c', scopes: ['ADMIN'] }, field(short, 'key'));
    expect(field(child, 'expiresAt')).toBe(expiresAt);
    const grandchild = await change('createApiKey', { name: 'g', scopes: ['READ'] }, field(child, 'key'));
    expect(await isKeyValid(field(grandchild, 'key'))).toBe(true);
    const revoked = await change('revokeApiKey', { id: field(short, 'id') }, owner.key);
    expect(revoked).toContain('RevokeApiKeySuccess');
    expect(await isKeyValid(field(child, 'key'))).toBe(false);
    expect(await isKeyValid(field(grandchild, 'key'))).toBe(false);
    expect(await isKeyValid(owner.key)).toBe(true);
  });

  test('bound to a project is seen and revoked by its owners, also where another member made it', async () => {
    const { id, globalId: projectId, slug } = await project();
    const owner = await person('owner', id, 'OWNER');
    const editor = await person('editor', id, 'EDITOR');
    const made = await change('createApiKey', { name: 'theirs', scopes: ['READ'], projectId }, editor.key);
    const list = 'query ($slug: String!) { project(slug: $slug) { apiKeys { id name owner { id } } } }';
    const seen = JSON.stringify((await server.ask(list, { slug }, owner.key)).body);
    expect(seen).toContain(editor.globalId);
    expect(await change('revokeApiKey', { id: field(made, 'id') }, owner.key)).toContain('Success');
    expect(await isKeyValid(field(made, 'key'))).toBe(false);
  });
});

test('a secret in a name or a description is masked where it is shown', async () => {
  const { id, slug } = await project();
  const owner = await person('owner', id, 'OWNER');
  const token = `ghp_${'a1B2c3D4'.repeat(5)}`;
  await server.database.prisma.project.update({ where: { id }, data: { description: `use ${token}` } });
  const asked = 'query ($slug: String!) { project(slug: $slug) { description } }';
  const shown = JSON.stringify((await server.ask(asked, { slug }, owner.key)).body);
  expect(shown).toContain('«redacted:github-token»');
  expect(shown).not.toContain(token);
});

describe('the audit log', () => {
  test('has an entry for each change that was done, with its caller, and is read by owners alone', async () => {
    const { id, globalId: projectId, slug } = await project();
    const owner = await person('owner', id, 'OWNER');
    const viewer = await person('viewer', id);
    const token = 'secret-that-is-not-repeated';
    await change('updateProject', { projectId, name: 'New' }, owner.key);
    await change('setMemberRole', { projectId, userId: viewer.globalId, role: 'EDITOR' }, owner.key);
    await change('addNote', { projectId, title: 'T', content: token }, owner.key);
    await change('setMemberRole', { projectId, userId: 'nonsense', role: 'EDITOR' }, owner.key);
    const list = `query ($slug: String!, $actions: [String!], $first: Int, $after: String) { project(slug: $slug) {
      auditLog(actions: $actions, first: $first, after: $after) { totalCount nodes { action actor subject credential address detail } pageInfo { endCursor } } } }`;
    const all = JSON.stringify((await server.ask(list, { slug }, owner.key)).body);
    expect(all).toContain('"totalCount":3');
    expect(all).toContain(`"actor":"${owner.email}"`);
    expect(all).toMatch(/"credential":"key [0-9a-f-]{36}"/);
    expect(all).toContain('"address":"127.0.0.1"');
    expect(all).toContain(`"subject":"${viewer.id}"`);
    expect(all).toContain(String.raw`{\"title\":\"T\",\"content\":\"27 characters\"}`);
    expect(all).not.toContain(token);
    const one = JSON.stringify((await server.ask(list, { slug, first: 1 }, owner.key)).body);
    const next = await server.ask(list, { slug, first: 1, after: field(one, 'endCursor') }, owner.key);
    expect(field(JSON.stringify(next.body), 'action')).toBe('setMemberRole');
    const filtered = JSON.stringify((await server.ask(list, { slug, actions: ['addNote'] }, owner.key)).body);
    expect(filtered).toContain('"totalCount":1');
    expect(JSON.stringify((await server.ask(list, { slug }, viewer.key)).body)).toContain('ROLE_TOO_LOW');
    const exported = (query: string, key: string) =>
      fetch(`${server.url}/audit${query}`, { headers: { authorization: `Bearer ${key}` } });
    const lines = (await (await exported(`?project=${slug}`, owner.key)).text()).trim().split('\n');
    expect(lines.map((line) => /"action":"(\w+)"/.exec(line)?.[1])).toEqual([
      'addNote',
      'setMemberRole',
      'updateProject',
    ]);
    expect((await exported(`?project=${slug}`, viewer.key)).status).toBe(404);
    expect((await exported('', owner.key)).status).toBe(404);
    expect((await exported('', server.key)).status).toBe(200);
  });

  test('can be neither changed nor emptied, not even by the system', async () => {
    const { system } = server.database;
    await expect(system.execute(`UPDATE audit_log SET actor = 'x'`)).rejects.toThrow(/append-only/);
    await expect(system.execute('DELETE FROM audit_log')).rejects.toThrow(/append-only/);
  });
});
