import { fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRepository } from '@project-sync/sync/testing';
import { openTestServer } from '../src/testing/open-test-server.ts';
import { tenantId } from '../src/graphql/ids.ts';
import type { ClientsAsked, ClientsAnswer } from './subscribers-clients.ts';

// Many sockets follow one sync in one process, and some never read: every reader must receive every event soon, and the
// sync must not slow down. The same sync runs with none and with all of them, in turns.
// `node --expose-gc apps/api/bench/subscribers.ts [--sockets 2000] [--files 4000] [--rounds 5] [--fields "sequence at"]`
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};
const sockets = Number(option('sockets', '2000'));
const deaf = Math.round(sockets / 20);
const files = Number(option('files', '4000'));
const rounds = Number(option('rounds', '5'));
const fields = option('fields', 'sequence at status progress');
const query = `subscription ($id: ID!) { syncProgress(syncId: $id) { ${fields} } }`;

// All clients share one key and one address, which the product would limit.
const server = await openTestServer({ STREAMS_PER_USER: '0', STREAMS_PER_ADDRESS: '0' });
const clients = fork(fileURLToPath(new URL('subscribers-clients.ts', import.meta.url)));
const askClients = (asked: ClientsAsked) =>
  new Promise<ClientsAnswer>((resolve) => {
    clients.once('message', (message: ClientsAnswer) => resolve(message));
    clients.send(asked);
  });

async function ask(text: string, variables: object = {}): Promise<string> {
  const { body } = await server.ask(text, variables);
  return /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
}

/** Connects a repository with only new texts, so that each sync does the same work. */
async function connected(seed: string): Promise<{ id: string; remove: () => Promise<void> }> {
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

/** Returns the duration of a sync from its own row. */
async function lasted(syncId: string): Promise<number> {
  const key = tenantId(syncId, 'ProjectSync');
  if (key === null) throw new Error(`The sync was not started: "${syncId}".`);
  for (;;) {
    const { status, startedAt, completedAt } = await server.database.prisma.projectSync.findUniqueOrThrow({
      where: { projectId_id: key },
    });
    if (completedAt === null || startedAt === null) await pause(50);
    else if (status === 'COMPLETED') return completedAt.getTime() - startedAt.getTime();
    else throw new Error(`The sync ended as ${status}.`);
  }
}

interface Round {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Runs one sync with its followers, and measures the processor time of this process meanwhile. */
async function round<T>(seed: string, during: (syncId: string) => Promise<T>): Promise<Round & { of: T }> {
  const repository = await connected(seed);
  const before = process.cpuUsage();
  const syncId = await start(repository.id);
  const following = during(syncId);
  const ms = await lasted(syncId);
  const of = await following;
  const { user, system } = process.cpuUsage(before);
  await repository.remove();
  return { ms, cpuMs: Math.round((user + system) / 1000), of };
}

const list = (rounds: readonly Round[], key: keyof Round) => rounds.map((one) => one[key]).join(', ');
const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const memory = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss;
};

await round('warm', () => Promise.resolve());
const alone: Round[] = [];
const watched: Round[] = [];
const delays: number[] = [];
const perSocket: number[] = [];
const clientsMs: number[] = [];
let events = 0;
let incomplete = 0;
for (let turn = 0; turn < rounds; turn += 1) {
  alone.push(await round(`alone${turn}`, () => Promise.resolve()));
  const before = memory();
  await askClients({ kind: 'open', url: server.url, key: server.key, sockets });
  let most = 0;
  const { of, ...measured } = await round(`watched${turn}`, async (syncId) => {
    const followed = await askClients({ kind: 'follow', syncId, query, deaf });
    most = memory() - before;
    return followed;
  });
  if (of.kind !== 'followed') throw new Error(`The clients said "${of.kind}".`);
  watched.push(measured);
  perSocket.push(most / sockets / 1024);
  clientsMs.push(of.cpuMs);
  for (const delay of of.delays) delays.push(delay);
  events = Math.max(events, of.events);
  incomplete += of.incomplete;
  await askClients({ kind: 'close' });
}
delays.sort((a, b) => a - b);
const part = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
const [quiet, loud] = [alone, watched].map((all) => median(all.map(({ ms }) => ms)));
console.log('| what | figure |\n| --- | --- |');
console.log(`| sockets, of which never read | ${sockets}, ${deaf} |`);
console.log(`| events of a sync at most, readers that missed or repeated one | ${events}, ${incomplete} |`);
console.log(
  `| from the event to its reader: median, p99, longest | ${part(0.5)}, ${part(0.99)}, ${delays.at(-1)} ms |`,
);
console.log(`| memory of the server for each socket | ${Math.round(median(perSocket))} kB |`);
console.log(`| the sync alone, each time | ${list(alone, 'ms')} ms |`);
console.log(`| the sync followed by all, each time | ${list(watched, 'ms')} ms |`);
console.log(`| medians | ${quiet}, ${loud} ms |`);
console.log(`| processor time of the server, alone | ${list(alone, 'cpuMs')} ms |`);
console.log(`| processor time of the server, followed by all | ${list(watched, 'cpuMs')} ms |`);
console.log(`| processor time of the clients | ${clientsMs.join(', ')} ms |`);
clients.disconnect();
await server.close();
process.exit(incomplete > 0 ? 1 : 0);
