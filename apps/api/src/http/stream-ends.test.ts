import { randomUUID } from 'node:crypto';
import { announceRevoked } from '@project-sync/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hashApiKey, newApiKey, prefixOf } from '../auth/api-key.ts';
import { openLiveCredentials } from '../auth/live-credentials.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { openTestServer } from '../testing/open-test-server.ts';

const HOUR_MS = 60 * 60 * 1000;
let server: Awaited<ReturnType<typeof openTestServer>>;
/** Serves the streams; they are ended through the first server. */
let other: Awaited<ReturnType<typeof server.beside>>;
/** Has a running sync that never ends. */
const projectId = randomUUID();
const syncId = randomUUID();
beforeAll(async () => {
  server = await openTestServer();
  other = await server.beside();
  const { prisma } = server.database;
  const owner = await prisma.user.findFirstOrThrow();
  const repositoryId = randomUUID();
  const branchId = randomUUID();
  await prisma.project.create({ data: { id: projectId, slug: 'watched', name: 'Watched' } });
  await prisma.projectMember.create({ data: { projectId, userId: owner.id, role: 'OWNER' } });
  await prisma.repository.create({
    data: { projectId, id: repositoryId, provider: 'GIT', url: 'https://code.example/a', name: 'a' },
  });
  await prisma.branch.create({ data: { projectId, id: branchId, repositoryId, name: 'main' } });
  const lease = { workerId: 'elsewhere', leaseUntil: new Date(Date.now() + HOUR_MS) };
  await prisma.projectSync.create({
    data: {
      projectId,
      id: syncId,
      repositoryId,
      branchId,
      trigger: 'MANUAL',
      status: 'RUNNING',
      lastSequence: 1,
      ...lease,
    },
  });
  await prisma.syncEvent.create({
    data: {
      projectId,
      syncId,
      sequence: 1,
      status: 'RUNNING',
      phase: 'PREPARE',
      progress: 0,
      message: 'Begun.',
      stats: {},
    },
  });
});
afterAll(async () => {
  await other.close();
  await server.close();
});

interface Caller {
  readonly userId: string;
  readonly headers: Record<string, string>;
  /** Ends the key or the session. */
  readonly end: () => Promise<unknown>;
}

async function member(): Promise<string> {
  const { prisma } = server.database;
  const userId = randomUUID();
  await prisma.user.create({ data: { id: userId, name: 'x', email: `${userId}@example.invalid` } });
  await prisma.projectMember.create({ data: { projectId, userId, role: 'VIEWER' } });
  return userId;
}

async function withKey(): Promise<Caller> {
  const userId = await member();
  const key = newApiKey();
  const { prisma } = server.database;
  const { id } = await prisma.apiKey.create({
    data: {
      ownerId: userId,
      name: 'x',
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      scopes: ['READ', 'ADMIN'],
    },
  });
  const headers = { authorization: `Bearer ${key}` };
  const revoke = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename } }';
  return { userId, headers, end: () => server.ask(revoke, { id: encodeGlobalID('ApiKey', id) }, key) };
}

async function withSession(): Promise<Caller> {
  const { prisma } = server.database;
  const owner = await prisma.user.findFirstOrThrow({ where: { email: { startsWith: 'owner@' } } });
  const link = `${server.url}/sign-in?token=${await server.signInToken()}`;
  const verify = (await fetch(link, { redirect: 'manual' })).headers.get('location') ?? '';
  const signedIn = await fetch(new URL(verify, server.url), { redirect: 'manual' });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const signOut = `${server.url}/api/auth/sign-out`;
  const origin = new URL(server.url).origin;
  const headers = { 'content-type': 'application/json', cookie, origin };
  return {
    userId: owner.id,
    headers: { cookie },
    end: () => fetch(signOut, { method: 'POST', headers, body: '{}' }),
  };
}

const leave = (userId: string) =>
  server.ask(
    'mutation ($p: ID!, $u: ID!) { removeMember(input: { projectId: $p, userId: $u }) { __typename ... on Error { code } } }',
    { p: encodeGlobalID('Project', projectId), u: encodeGlobalID('User', userId) },
  );

const subscriptions = {
  syncProgress: [
    'subscription ($id: ID!) { syncProgress(syncId: $id) { sequence } }',
    encodeGlobalID('ProjectSync', `${projectId}:${syncId}`),
  ],
  projectActivity: [
    'subscription ($id: ID!) { projectActivity(projectId: $id) { status } }',
    encodeGlobalID('Project', projectId),
  ],
} as const;
type Field = keyof typeof subscriptions;

/** Follows by SSE, acts at the first event, and returns everything received until the stream ended. */
async function overSse(field: Field, { headers }: Caller, atFirst: () => Promise<unknown>): Promise<string> {
  const [query, id] = subscriptions[field];
  const response = await fetch(`${other.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables: { id } }),
  });
  let heard = '';
  let done = false;
  for await (const chunk of response.body ?? []) {
    heard += new TextDecoder().decode(chunk);
    if (done || !heard.includes(`"${field}":{`)) continue;
    done = true;
    await atFirst();
  }
  return heard;
}

/** Does the same over a socket, until the operation completes or the socket is closed. */
async function overSocket(
  field: Field,
  { headers }: Caller,
  atFirst: () => Promise<unknown>,
): Promise<{ heard: string; closed: number | null }> {
  const [query, id] = subscriptions[field];
  const socket = new WebSocket(`${other.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers,
  });
  let heard = '';
  const closed = await new Promise<number | null>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', resolve);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    let done = false;
    socket.on('message', (data: Buffer) => {
      const message = data.toString();
      heard += message;
      if (message.includes('connection_ack'))
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables: { id } } }));
      if (message.includes('"complete"')) resolve(null);
      if (done || !message.includes(`"${field}":{`)) return;
      done = true;
      atFirst().catch(reject);
    });
  });
  socket.close();
  return { heard, closed };
}

describe.each(['syncProgress', 'projectActivity'] as const)('%s', (field) => {
  test.each([
    ['its key is revoked', withKey],
    ['its session is signed out', withSession],
  ])('when %s at another server, a socket is closed with 4403, and SSE reports why', async (_name, who) => {
    const first = await who();
    expect(await overSocket(field, first, first.end)).toMatchObject({ closed: 4403 });
    const second = await who();
    const heard = await overSse(field, second, second.end);
    expect(heard).toContain('"code":"CREDENTIAL_ENDED"');
    expect(heard).toContain('event: complete');
  });

  test('when its viewer is removed from the project, both report it and end', async () => {
    const first = await withKey();
    const { heard, closed } = await overSocket(field, first, () => leave(first.userId));
    expect(heard).toContain('"code":"ACCESS_ENDED"');
    expect(closed).toBe(null);
    const second = await withKey();
    expect(await overSse(field, second, () => leave(second.userId))).toContain('"code":"ACCESS_ENDED"');
  });
});

test('a socket that completes each stream before the next may open any number', async () => {
  const { headers } = await withKey();
  const socket = new WebSocket(`${other.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers,
  });
  const [query, id] = subscriptions.syncProgress;
  const send = (message: object) => socket.send(JSON.stringify(message));
  const received = await new Promise<string[]>((resolve, reject) => {
    const kinds: string[] = [];
    const take = () =>
      send({ type: 'subscribe', id: `${kinds.length}`, payload: { query, variables: { id } } });
    socket.on('error', reject);
    socket.on('open', () => send({ type: 'connection_init' }));
    socket.on('message', (data: Buffer) => {
      const { type, id: of } = JSON.parse(data.toString()) as { type: string; id?: string };
      if (type === 'connection_ack') return take();
      kinds.push(type);
      if (type !== 'next' || kinds.length === 60) return resolve(kinds);
      send({ type: 'complete', id: of });
      take();
    });
  });
  socket.close();
  expect(received).toEqual(Array.from({ length: 60 }, () => 'next'));
});

test('a hint ends a stream at once, and without one the next check does', async () => {
  const { database } = server;
  const userId = await member();
  const viewer = {
    userId,
    scopes: [],
    projectId: null,
    credential: { kind: 'key', id: randomUUID() },
  } as const;
  const ended = (signal: AbortSignal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
  const never = await openLiveCredentials(database, HOUR_MS);
  const hinted = ended(never.follow(viewer).signal);
  await announceRevoked(database, viewer.credential.id);
  expect(await hinted).toBe('CREDENTIAL_ENDED');
  await never.close();
  const often = await openLiveCredentials(database, 20);
  expect(await ended(often.follow(viewer).signal)).toBe('CREDENTIAL_ENDED');
  await often.close();
});
