import { createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { openTestDatabase, type TestDatabase } from '@project-sync/db/testing';
import { acceptInvitation, findInvitation } from '@project-sync/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer } from '../testing/open-test-server.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

async function invite(role: string, days: number): Promise<string> {
  const { prisma, system } = opened.database;
  const token = randomUUID();
  const project = await prisma.project.create({
    data: {
      slug: `p-${token}`,
      name: 'P',
      members: {
        create: {
          role: 'OWNER',
          user: { create: { id: token, name: 'Owner', email: `owner-${token}@example.invalid` } },
        },
      },
    },
  });
  await system.execute(
    `INSERT INTO invitation (project_id, id, email, role, token_hash, invited_by, expires_at) VALUES ($1, $2, $3, $4::project_role, $5, $7, now() + make_interval(days => $6))`,
    [
      project.id,
      randomUUID(),
      `${token}@example.invalid`,
      role,
      createHash('sha256').update(token).digest('hex'),
      days,
      token,
    ],
  );
  return token;
}

test('an invitation can be read any number of times, and accepted once', async () => {
  const token = await invite('EDITOR', 1);
  expect(await findInvitation(opened.database, token)).toMatchObject({ role: 'EDITOR' });
  expect(await findInvitation(opened.database, token)).toMatchObject({ role: 'EDITOR' });
  const both = await Promise.all([
    acceptInvitation(opened.database, token, null),
    acceptInvitation(opened.database, token, null),
  ]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(['gone', 'joined']);
  expect(
    await opened.database.prisma.projectMember.count({
      where: { user: { email: `${token}@example.invalid` }, role: 'EDITOR' },
    }),
  ).toBe(1);
  expect(await findInvitation(opened.database, token)).toBeNull();
});

test('an invitation that has expired, or never existed, opens nothing', async () => {
  const gone = { kind: 'gone' };
  expect(await acceptInvitation(opened.database, await invite('OWNER', -1), null)).toEqual(gone);
  expect(await acceptInvitation(opened.database, 'nonsense', null)).toEqual(gone);
});

describe('over HTTP', () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server.close());

  /** Sends a query like a program that reaches the server under some host name. */
  const ask = (query: string, variables: object, host = new URL(server.url).host): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.key}`, host };
      const asked = request(`${server.url}/graphql`, { method: 'POST', headers }, (response) => {
        response.toArray().then((parts) => resolve(parts.join('')), reject);
      });
      asked.on('error', reject).end(JSON.stringify({ query, variables }));
    });

  /** An invitation link to a new project, as its owner receives it. */
  async function link(email: string, host?: string): Promise<string> {
    const made = await ask(
      'mutation ($n: String!) { createProject(input: { name: $n }) { ... on CreateProjectSuccess { project { id } } } }',
      { n: randomUUID() },
    );
    const invited = await ask(
      'mutation ($p: ID!, $e: String!) { inviteMember(input: { projectId: $p, email: $e, role: VIEWER }) { ... on InviteMemberSuccess { link } } }',
      { p: /"id":"([^"]+)"/.exec(made)?.[1], e: email },
      host,
    );
    return /"link":"([^"]+)"/.exec(invited)?.[1] ?? '';
  }

  const open = (url: string, cookie = '') =>
    fetch(url, { redirect: 'manual', headers: { cookie, origin: server.url } });

  /** The request the invitation page makes about a link. */
  const read = (url: string, cookie = '') => {
    const { searchParams } = new URL(url);
    return open(`${server.url}/api/invitation?${searchParams}`, cookie);
  };

  /** The request behind its button. */
  const join = (url: string, cookie = '') =>
    fetch(`${server.url}/api/invitation`, {
      method: 'POST',
      headers: { cookie, origin: server.url, 'content-type': 'application/json' },
      body: JSON.stringify({ token: new URL(url).searchParams.get('token') }),
    });

  async function locationIn(answer: Response): Promise<string> {
    const { location } = (await answer.json()) as { location: string };
    return location;
  }

  /** The cookie of a user who signs in by a link of the server's own. */
  async function session(email: string): Promise<string> {
    const signIn = await open(`${server.url}/sign-in?token=${await server.signInToken(email)}`);
    const verified = await open(new URL(signIn.headers.get('location') ?? '', server.url).href);
    return verified.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  }

  async function person(): Promise<string> {
    const id = randomUUID();
    const email = `${id}@example.invalid`;
    await server.database.prisma.user.create({ data: { id, name: 'x', email, emailVerified: true } });
    return email;
  }
  const memberships = (email: string) =>
    server.database.prisma.projectMember.count({ where: { user: { email } } });
  /** The page of the only project that a user has joined. */
  async function projectOf(email: string): Promise<string> {
    const { project } = await server.database.prisma.projectMember.findFirstOrThrow({
      where: { user: { email } },
      select: { project: { select: { slug: true } } },
    });
    return `/p/${project.slug}`;
  }

  test('the holder of a link does not become a user who has an account already', async () => {
    const email = await person();
    const url = await link(email);
    for (const cookie of ['', await session(await person())])
      for (const send of [read, join]) {
        const answer = await send(url, cookie);
        expect(answer.status).toBe(403);
        expect(answer.headers.getSetCookie()).toEqual([]);
        expect(await answer.json()).toMatchObject({ code: 'SIGN_IN_FIRST', email });
        expect(await memberships(email)).toBe(0);
      }
    const joined = await join(url, await session(email));
    expect([joined.status, await locationIn(joined)]).toEqual([200, await projectOf(email)]);
    expect(await memberships(email)).toBe(1);
    expect((await join(url, await session(email))).status).toBe(410);
  });

  test('a new user is signed in by it', async () => {
    const email = `${randomUUID()}@example.invalid`;
    const url = await link(email);
    const offer = await read(url);
    expect([offer.status, await offer.json()]).toMatchObject([200, { email, role: 'VIEWER' }]);
    expect(offer.headers.get('cache-control')).toBe('no-store');
    expect(await memberships(email)).toBe(0);
    const joined = await join(url);
    expect(joined.status).toBe(200);
    const verified = await open(new URL(await locationIn(joined), server.url).href);
    expect(verified.headers.getSetCookie().join()).toContain('session_token=');
    const { pathname } = new URL(verified.headers.get('location') ?? '', server.url);
    expect(pathname).toBe(await projectOf(email));
    expect(await memberships(email)).toBe(1);
  });

  test('a link leads to the public address, whatever host name the request used', async () => {
    const { pathname, origin } = new URL(await link('a@example.invalid', 'elsewhere.example'));
    expect([origin, pathname]).toEqual([new URL(server.url).origin, '/invitation']);
  });
});
