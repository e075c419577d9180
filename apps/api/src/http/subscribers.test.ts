import { randomUUID } from 'node:crypto';
import { createRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hashApiKey, newApiKey, prefixOf } from '../auth/api-key.ts';
import { projectIdOf } from '../graphql/ids.ts';
import { openTestServer } from '../testing/open-test-server.ts';

const READERS = 100;
let server: Awaited<ReturnType<typeof openTestServer>>;
const sockets: WebSocket[] = [];
const removals: (() => Promise<void>)[] = [];
beforeAll(async () => (server = await openTestServer()));
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await server.close();
  for (const remove of removals) await remove();
});

async function ask(text: string, variables: object = {}): Promise<string> {
  const { body } = await server.ask(text, variables);
  return /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? JSON.stringify(body);
}

/** Connects a repository of three hundred files, not yet synced. */
async function connected(name: string): Promise<{ projectId: string; start: () => Promise<string> }> {
  const at = await createRepository();
  removals.push(() => at.remove());
  at.commit(
    'main',
    Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `f-${index}.ts`,
        `export const ${name}${index} = ${index};\n`,
      ]),
    ),
  );
  const projectId = await ask(
    'mutation ($name: String!) { createProject(input: { name: $name }) { ... on CreateProjectSuccess { project { id } } } }',
    { name },
  );
  const id = await ask(
    'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { input: { projectId, provider: 'GIT', url: at.path } },
  );
  const start =
    'mutation ($id: ID!) { startSync(input: { repositoryId: $id }) { ... on StartSyncSuccess { sync { id } } } }';
  return { projectId, start: () => ask(start, { id }) };
}

async function open(key: string): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  sockets.push(socket);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
  await new Promise((resolve) => socket.once('message', resolve));
  return socket;
}

interface Event {
  readonly sequence: number;
  readonly status: string;
  readonly sync: { readonly status: string; readonly repository: { readonly project: object } };
}

/** Collects all events of a sync from one socket, until the subscription completes. */
function follow(socket: WebSocket, syncId: string): Promise<Event[]> {
  const events: Event[] = [];
  const query = `subscription ($id: ID!) {
    syncProgress(syncId: $id) { sequence status sync { status repository { project { viewerRole } } } }
  }`;
  return new Promise((resolve, reject) => {
    socket.on('close', () => reject(new Error('The socket was closed.')));
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as {
        type: string;
        payload: { data: { syncProgress: Event } };
      };
      if (type === 'next') events.push(payload.data.syncProgress);
      if (type === 'complete') resolve(events);
      if (type === 'error') reject(new Error(data.toString()));
    });
    socket.send(
      JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables: { id: syncId } } }),
    );
  });
}

const whole = (events: readonly Event[]) => events.map((_event, index) => index + 1);

describe('a hundred sockets that follow one sync, five of which do not read', () => {
  let statements = 0;
  let alone = 0;
  let received: Event[][] = [];
  let deaf: Promise<Event[]>[] = [];
  beforeAll(async () => {
    const quiet = await connected('quiet');
    alone = server.database.statements();
    const [only] = [await follow(await open(server.key), await quiet.start())];
    alone = server.database.statements() - alone;
    expect(only.at(-1)?.status).toBe('COMPLETED');
    const watched = await connected('watched');
    const opened = await Promise.all(Array.from({ length: READERS }, () => open(server.key)));
    statements = server.database.statements();
    const syncId = await watched.start();
    deaf = opened.slice(0, 5).map((socket) => {
      const following = follow(socket, syncId);
      socket.pause();
      return following;
    });
    received = await Promise.all(opened.slice(5).map((socket) => follow(socket, syncId)));
    statements = server.database.statements() - statements;
  });

  test('every reader receives every event once and in order, to the end', () => {
    const [first = []] = received;
    expect(first.length).toBeGreaterThan(5);
    expect(first.at(-1)).toMatchObject({ status: 'COMPLETED', sync: { status: 'COMPLETED' } });
    for (const events of received) expect(events.map(({ sequence }) => sequence)).toEqual(whole(first));
  });

  test('the database is queried once per event, not once per reader', () => {
    // Checking access or reading one event for each reader would already be as many statements.
    expect(statements - alone).toBeLessThan(READERS);
  });

  test('a reader that resumes has missed nothing', async () => {
    for (const socket of sockets) socket.resume();
    for (const following of deaf) {
      const events = await following;
      expect(events.map(({ sequence }) => sequence)).toEqual(whole(received[0] ?? []));
    }
  });
});

test('a result executed for one viewer is not sent to another with other rights', async () => {
  const { prisma } = server.database;
  const { projectId, start } = await connected('rights');
  const userId = randomUUID();
  await prisma.user.create({ data: { id: userId, name: 'x', email: `${userId}@example.invalid` } });
  await prisma.projectMember.create({
    data: { projectId: projectIdOf(projectId) ?? '', userId, role: 'VIEWER' },
  });
  const key = newApiKey();
  await prisma.apiKey.create({
    data: { ownerId: userId, name: 'x', prefix: prefixOf(key), hash: hashApiKey(key), scopes: ['READ'] },
  });
  const opened = await Promise.all([open(server.key), open(key), open(server.key), open(key)]);
  const syncId = await start();
  const received = await Promise.all(opened.map((socket) => follow(socket, syncId)));
  for (const [index, events] of received.entries()) {
    expect(events.length).toBeGreaterThan(5);
    for (const { sync } of events)
      expect(sync.repository.project).toEqual({ viewerRole: index % 2 === 0 ? 'OWNER' : 'VIEWER' });
  }
});

test('a too large frame closes the socket with 1009 and prints nothing to the console', async () => {
  const socket = await open(server.key);
  const written: unknown[] = [];
  const { error } = console;
  console.error = (...words) => void written.push(words);
  try {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(2 << 20));
    expect(await closed).toBe(1009);
  } finally {
    console.error = error;
  }
  expect(written).toEqual([]);
});
