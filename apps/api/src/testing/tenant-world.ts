import { randomUUID } from 'node:crypto';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { hashApiKey, newApiKey, prefixOf, scopes, type ApiScope } from '../auth/api-key.ts';
import { openTestServer } from './open-test-server.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { askAs, type Sender } from './ask-as.ts';
import { fillProject, nowhere, tenantIds } from './tenant-ids.ts';

/** Stands in everything that the watched project holds, and in nothing else. */
export const MARK = 'walled';

type Role = 'VIEWER' | 'EDITOR' | 'OWNER';

/** Somebody who asks: what a request of theirs carries, and what they may do in the watched project. */
export interface Asker extends Sender {
  readonly name: string;
  /** Null for anonymous. */
  readonly scope: ApiScope | null;
  /** Null for whoever is not in the project, or comes with a key that does not lead there. */
  readonly role: Role | null;
  readonly bound: boolean;
}

/** A server with a watched project, and everybody who might ask for it. */
export type TenantWorld = Awaited<ReturnType<typeof openTenantWorld>>;

/** Opens it: three projects with all that a project can hold. */
export async function openTenantWorld() {
  const server = await openTestServer();
  const { prisma } = server.database;
  const asking = askAs(server.url);
  const repositories: TestRepository[] = [];

  const person = async (name: string) => {
    const id = randomUUID();
    await prisma.user.create({
      data: { id, name, email: `${name}-${id}@example.invalid`, emailVerified: true },
    });
    return id;
  };
  const keyOf = async (ownerId: string, projectId: string | null, scope: ApiScope) => {
    const key = newApiKey();
    const data = { ownerId, projectId, name: 'key', prefix: prefixOf(key), hash: hashApiKey(key) };
    await prisma.apiKey.create({ data: { ...data, scopes: [scope] } });
    return key;
  };
  const session = async (userId: string) => {
    const { email } = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
    const link = `${server.url}/sign-in?token=${await server.signInToken(email)}`;
    const verify = (await fetch(link, { redirect: 'manual' })).headers.get('location') ?? '';
    const signedIn = await fetch(new URL(verify, server.url), { redirect: 'manual' });
    const cookies = signedIn.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    return { cookie: cookies.join('; ') };
  };

  const owner = await person(`${MARK}-owner`);
  const editor = await person(`${MARK}-editor`);
  const viewer = await person(`${MARK}-viewer`);
  const stranger = await person('stranger');
  const other = await person('other');
  const left = await person('left');
  const both = await person('both');

  /** A project with its first sync, and everything else that it can hold. */
  const project = async (mark: string, ownerId: string, roles: Record<string, Role>) => {
    const slug = `${mark}-harbour`;
    const { id: projectId } = await prisma.project.create({
      data: { slug, name: `${mark} harbour`, description: mark },
    });
    await prisma.projectMember.createMany({
      data: Object.entries({ ...roles, [ownerId]: 'OWNER' as const }).map(([userId, role]) => ({
        projectId,
        userId,
        role,
      })),
    });
    const key = await keyOf(ownerId, projectId, 'ADMIN');
    const id = (body: unknown) => /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
    const connected = await server.ask(
      'mutation ($p: ID!, $u: String!) { connectRepository(input: { projectId: $p, provider: GIT, url: $u }) { ... on ConnectRepositorySuccess { repository { id } } } }',
      { p: encodeGlobalID('Project', projectId), u: (await source(mark)).path },
      key,
    );
    const started = await server.ask(
      'mutation ($r: ID!) { startSync(input: { repositoryId: $r }) { ... on StartSyncSuccess { sync { id } } } }',
      { r: id(connected.body) },
      key,
    );
    const { text: events } = await asking.hear(
      { headers: { authorization: `Bearer ${key}` } },
      'subscription ($s: ID!) { syncProgress(syncId: $s) { status } }',
      { s: id(started.body) },
    );
    if (!events.includes('COMPLETED')) throw new Error(`The first sync did not complete: ${events}`);
    const memberId = Object.keys(roles)[0] ?? ownerId;
    return fillProject(server.database, { projectId, slug, ownerId, memberId, mark });
  };
  const source = async (mark: string) => {
    const at = await createRepository();
    repositories.push(at);
    at.commit(
      'main',
      {
        [`${mark}.ts`]: `/** A berth of ${mark}. */\nexport const ${mark}Berth = 1;\n`,
        [`${mark}.bin`]: new Uint8Array([0, 1, 2, 3]),
      },
      { message: `${mark} begins` },
    );
    return at;
  };

  const people = { [viewer]: 'VIEWER', [editor]: 'EDITOR' } as const;
  const watched = await project(MARK, owner, { ...people, [both]: 'OWNER' });
  const elsewhere = await project('open', other, { [both]: 'OWNER' });
  const spare = await project('spare', owner, people);

  const bearer = async (...key: Parameters<typeof keyOf>) => ({
    authorization: `Bearer ${await keyOf(...key)}`,
  });
  const outsiders: Asker[] = [
    { name: 'nobody', headers: {}, scope: null, role: null, bound: false },
    { name: 'a stranger', headers: await session(stranger), scope: 'ADMIN', role: null, bound: false },
    {
      name: 'a member of another project',
      headers: await session(other),
      scope: 'ADMIN',
      role: null,
      bound: false,
    },
    {
      name: 'a key of somebody who left',
      headers: await bearer(left, watched.projectId, 'ADMIN'),
      scope: 'ADMIN',
      role: null,
      bound: true,
    },
  ];
  const insiders: Asker[] = [
    { name: 'a VIEWER', headers: await session(viewer), scope: 'ADMIN', role: 'VIEWER', bound: false },
    { name: 'an EDITOR', headers: await session(editor), scope: 'ADMIN', role: 'EDITOR', bound: false },
    { name: 'an OWNER', headers: await session(owner), scope: 'ADMIN', role: 'OWNER', bound: false },
  ];
  for (const scope of scopes) {
    // Its owner is an owner of both projects: only what it is bound to keeps it out.
    const there = await bearer(both, elsewhere.projectId, scope);
    outsiders.push({ name: `a key for ${scope} elsewhere`, headers: there, scope, role: null, bound: true });
    const here = await bearer(owner, watched.projectId, scope);
    insiders.push({ name: `a key for ${scope}`, headers: here, scope, role: 'OWNER', bound: true });
  }

  return {
    server,
    ...asking,
    outsiders,
    insiders,
    theirs: tenantIds(watched),
    elsewhere: tenantIds(elsewhere),
    spare: tenantIds(spare),
    within: nowhere(watched.projectId),
    withinElsewhere: nowhere(elsewhere.projectId),
    nowhere: nowhere(),
    /** What no answer to an outsider may hold: words and ids of the watched project. */
    secrets: [
      MARK,
      ...Object.values(watched)
        .map(String)
        .filter((text) => text.length > 30),
    ],
    async close() {
      await server.close();
      for (const at of repositories) await at.remove();
    },
  };
}
