import { randomUUID } from 'node:crypto';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { hashApiKey, newApiKey, prefixOf, scopes, type ApiScope } from '../auth/api-key.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { RequestBudget } from '../http/request-budget.ts';
import { openTestServer } from './open-test-server.ts';
import { askAs, type Sender } from './ask-as.ts';
import { fillProject, nowhere, tenantIds } from './tenant-ids.ts';

/** A word found in every row of the watched project and nowhere else. */
export const MARK = 'walled';

type Role = 'VIEWER' | 'EDITOR' | 'OWNER';

/** A caller: the headers of its requests, and its rights in the watched project. */
export interface Asker extends Sender {
  readonly name: string;
  /** Null for anonymous. */
  readonly scope: ApiScope | null;
  /** Null for a caller outside of the project, or with a key that is bound elsewhere. */
  readonly role: Role | null;
  readonly bound: boolean;
}

/** A server with a watched project, and callers inside and outside of it. */
export type TenantWorld = Awaited<ReturnType<typeof openTenantWorld>>;

type Server = Awaited<ReturnType<typeof openTestServer>>;

/** Opens a server with three projects, each with everything a project can contain. */
export async function openTenantWorld() {
  // The matrix asks thousands of questions with one key, faster than the product allows.
  const server = await openTestServer({}, new RequestBudget(1_000_000, 1));
  const asking = askAs(server.url);
  const repositories: TestRepository[] = [];
  const people = await createPeople(server);
  const { owner, editor, viewer, other, both } = people;
  const project = async (mark: string, ownerId: string, roles: Record<string, Role>) => {
    const at = await markedRepository(mark);
    repositories.push(at);
    return filledProject(server, { mark, ownerId, roles, path: at.path });
  };
  const members = { [viewer]: 'VIEWER', [editor]: 'EDITOR' } as const;
  const watched = await project(MARK, owner, { ...members, [both]: 'OWNER' });
  const elsewhere = await project('open', other, { [both]: 'OWNER' });
  const spare = await project('spare', owner, members);
  const callers = await createCallers(server, people, {
    watched: watched.projectId,
    elsewhere: elsewhere.projectId,
  });
  return {
    server,
    ...asking,
    ...callers,
    theirs: tenantIds(watched),
    elsewhere: tenantIds(elsewhere),
    spare: tenantIds(spare),
    within: nowhere(watched.projectId),
    withinElsewhere: nowhere(elsewhere.projectId),
    nowhere: nowhere(),
    /** Words and IDs of the watched project, which no answer to an outsider may contain. */
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

type People = Awaited<ReturnType<typeof createPeople>>;

async function createPeople({ database: { prisma } }: Server) {
  const person = async (name: string) => {
    const id = randomUUID();
    await prisma.user.create({
      data: {
        id,
        name,
        email: `${name}-${id}@example.invalid`,
        emailVerified: true,
        mayCreateProjects: true,
      },
    });
    return id;
  };
  return {
    owner: await person(`${MARK}-owner`),
    editor: await person(`${MARK}-editor`),
    viewer: await person(`${MARK}-viewer`),
    stranger: await person('stranger'),
    other: await person('other'),
    left: await person('left'),
    both: await person('both'),
  };
}

interface KeyOf {
  readonly ownerId: string;
  readonly projectId: string | null;
  readonly scope: ApiScope;
}

async function keyOf({ database: { prisma } }: Server, { ownerId, projectId, scope }: KeyOf) {
  const key = newApiKey();
  const data = { ownerId, projectId, name: 'key', prefix: prefixOf(key), hash: hashApiKey(key) };
  await prisma.apiKey.create({ data: { ...data, scopes: [scope] } });
  return key;
}

async function session(server: Server, userId: string) {
  const { email } = await server.database.prisma.user.findUniqueOrThrow({ where: { id: userId } });
  const link = `${server.url}/sign-in?token=${await server.signInToken(email)}`;
  const verify = (await fetch(link, { redirect: 'manual' })).headers.get('location') ?? '';
  const signedIn = await fetch(new URL(verify, server.url), { redirect: 'manual' });
  const cookies = signedIn.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  return { cookie: cookies.join('; ') };
}

async function markedRepository(mark: string): Promise<TestRepository> {
  const at = await createRepository();
  at.commit(
    'main',
    {
      [`${mark}.ts`]: `/** A berth of ${mark}. */\nexport const ${mark}Berth = 1;\n`,
      [`${mark}.bin`]: new Uint8Array([0, 1, 2, 3]),
    },
    { message: `${mark} begins` },
  );
  return at;
}

interface ProjectPlan {
  readonly mark: string;
  readonly ownerId: string;
  readonly roles: Record<string, Role>;
  readonly path: string;
}

/** Creates a project, runs its first sync, and adds everything else a project can contain. */
async function filledProject(server: Server, { mark, ownerId, roles, path }: ProjectPlan) {
  const { prisma } = server.database;
  const slug = `${mark}-harbour`;
  const { id: projectId } = await prisma.project.create({
    data: { slug, name: `${mark} harbour`, description: mark, operatorAccess: true },
  });
  await prisma.projectMember.createMany({
    data: Object.entries({ ...roles, [ownerId]: 'OWNER' as const }).map(([userId, role]) => ({
      projectId,
      userId,
      role,
    })),
  });
  const key = await keyOf(server, { ownerId, projectId, scope: 'ADMIN' });
  const id = (body: unknown) => /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
  const connected = await server.ask(
    'mutation ($p: ID!, $u: String!) { connectRepository(input: { projectId: $p, provider: GIT, url: $u }) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { p: encodeGlobalID('Project', projectId), u: path },
    key,
  );
  const started = await server.ask(
    'mutation ($r: ID!) { startSync(input: { repositoryId: $r }) { ... on StartSyncSuccess { sync { id } } } }',
    { r: id(connected.body) },
    key,
  );
  const { text: events } = await askAs(server.url).hear(
    { headers: { authorization: `Bearer ${key}` } },
    'subscription ($s: ID!) { syncProgress(syncId: $s) { status } }',
    { s: id(started.body) },
  );
  if (!events.includes('COMPLETED')) throw new Error(`The first sync did not complete: ${events}`);
  const memberId = Object.keys(roles)[0] ?? ownerId;
  return fillProject(server.database, { projectId, slug, ownerId, memberId, mark });
}

async function createCallers(
  server: Server,
  people: People,
  projects: { readonly watched: string; readonly elsewhere: string },
): Promise<{ outsiders: Asker[]; insiders: Asker[] }> {
  const bearer = async (key: KeyOf) => ({ authorization: `Bearer ${await keyOf(server, key)}` });
  const signedIn = async (name: string, userId: string, role: Role | null): Promise<Asker> => ({
    name,
    headers: await session(server, userId),
    scope: 'ADMIN',
    role,
    bound: false,
  });
  const outsiders: Asker[] = [
    { name: 'an anonymous caller', headers: {}, scope: null, role: null, bound: false },
    await signedIn('a stranger', people.stranger, null),
    await signedIn('a member of another project', people.other, null),
    {
      name: 'a key of a former member',
      headers: await bearer({ ownerId: people.left, projectId: projects.watched, scope: 'ADMIN' }),
      scope: 'ADMIN',
      role: null,
      bound: true,
    },
  ];
  const insiders: Asker[] = [
    await signedIn('a VIEWER', people.viewer, 'VIEWER'),
    await signedIn('an EDITOR', people.editor, 'EDITOR'),
    await signedIn('an OWNER', people.owner, 'OWNER'),
  ];
  for (const scope of scopes) {
    // The owner of this key owns both projects: only the project the key is bound to keeps it out.
    const there = await bearer({ ownerId: people.both, projectId: projects.elsewhere, scope });
    outsiders.push({ name: `a key for ${scope} elsewhere`, headers: there, scope, role: null, bound: true });
    const here = await bearer({ ownerId: people.owner, projectId: projects.watched, scope });
    insiders.push({ name: `a key for ${scope}`, headers: here, scope, role: 'OWNER', bound: true });
  }
  return { outsiders, insiders };
}
