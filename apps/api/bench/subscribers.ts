import { createRepository } from '@project-sync/sync/testing';
import { WebSocket } from 'ws';
import { openTestServer } from '../src/http/open-test-server.ts';

// Many sockets that follow one sync on one process, some of which never read: everybody who reads must get every event,
// soon, and the sync must not be slowed. `node --expose-gc apps/api/bench/subscribers.ts [--sockets 2000] [--files 4000]`
const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const sockets = option('sockets', 2000);
const deaf = Math.round(sockets / 20);
const files = option('files', 4000);
const server = await openTestServer();

async function ask(query: string, variables: object = {}): Promise<string> {
  const { body } = await server.ask(query, variables);
  return /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
}

async function repository(seed: string): Promise<{ id: string; remove: () => Promise<void> }> {
  const at = await createRepository();
  at.commit(
    'main',
    Object.fromEntries(
      Array.from({ length: files }, (_, index) => [
        `d${index % 50}/f-${index}.ts`,
        `export function task${seed}${index}() { return ${index}; }\n`,
      ]),
    ),
  );
  const projectId = await ask(
    `mutation { createProject(input: { name: "${seed}" }) { ... on CreateProjectSuccess { project { id } } } }`,
  );
  const id = await ask(
    'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { input: { projectId, provider: 'GIT', url: at.path } },
  );
  return { id, remove: () => at.remove() };
}

const start = (id: string) =>
  ask(
    'mutation ($id: ID!) { startSync(input: { repositoryId: $id, branch: "main" }) { ... on StartSyncSuccess { sync { id } } } }',
    { id },
  );

interface Follower {
  readonly socket: WebSocket;
  readonly sequences: number[];
  readonly delays: number[];
  readonly ended: Promise<void>;
}

async function open(): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${server.key}` } }),
  );
  await new Promise((resolve) => socket.once('message', resolve));
  return socket;
}

function follow(socket: WebSocket, syncId: string, reads: boolean): Follower {
  const sequences: number[] = [];
  const delays: number[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as {
        type: string;
        payload?: { data?: { syncProgress: { sequence: number; at: string } } };
      };
      const event = payload?.data?.syncProgress;
      if (event !== undefined) {
        sequences.push(event.sequence);
        delays.push(Date.now() - Date.parse(event.at));
      }
      if (type === 'complete') resolve();
    });
    socket.on('close', () => resolve());
  });
  const query =
    'subscription ($id: ID!) { syncProgress(syncId: $id, after: 1) { sequence at status progress } }';
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables: { id: syncId } } }));
  if (!reads) socket.pause();
  return { socket, sequences, delays, ended };
}

async function untilEnded(syncId: string): Promise<number> {
  const begun = performance.now();
  const one = follow(await open(), syncId, true);
  await one.ended;
  one.socket.close();
  return performance.now() - begun;
}

const alone = await repository('alone');
const quiet = await untilEnded(await start(alone.id));
const watched = await repository('watched');
const opened = await Promise.all(Array.from({ length: sockets }, open));
globalThis.gc?.();
const before = process.memoryUsage().rss;
const syncId = await start(watched.id);
const begun = performance.now();
const followers = opened.map((socket, index) => follow(socket, syncId, index >= deaf));
const reading = followers.slice(deaf);
await Promise.all(reading.map(({ ended }) => ended));
const took = performance.now() - begun;
const memory = process.memoryUsage().rss - before;
const most = Math.max(...reading.map(({ sequences }) => sequences.length));
const incomplete = reading.filter(
  ({ sequences }) => sequences.length !== most || sequences.some((sequence, index) => sequence !== index + 2),
).length;
const delays = reading.flatMap((one) => one.delays).toSorted((a, b) => a - b);
const part = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
console.log('| what | figure |\n| --- | --- |');
console.log(`| sockets, of which never read | ${sockets}, ${deaf} |`);
console.log(`| events, readers that missed or repeated one | ${most}, ${incomplete} |`);
console.log(
  `| from the event to its reader: median, p99, longest | ${part(0.5)}, ${part(0.99)}, ${delays.at(-1)} ms |`,
);
console.log(
  `| memory for each socket, both ends of it in this process | ${Math.round(memory / sockets / 1024)} kB |`,
);
console.log(`| the sync with one follower, with all | ${Math.round(quiet)}, ${Math.round(took)} ms |`);
for (const { socket } of followers) socket.terminate();
await server.close();
await Promise.all([alone.remove(), watched.remove()]);
process.exit(incomplete > 0 ? 1 : 0);
