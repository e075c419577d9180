import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTestDatabase, type TestDatabase } from '@project-sync/db/testing';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { askProcess } from './testing/ask-process.ts';

// The processes that a larger team runs. They share one PostgreSQL and nothing else.
const REPOSITORIES = 50;
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const served = Boolean(process.env['TEST_DATABASE_URL']);
const processes: ChildProcess[] = [];
const repositories: TestRepository[] = [];
let opened: TestDatabase;
let folder: string;
let key = '';
/** Two addresses of the same software. */
let addresses: [string, string] = ['', ''];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function run(role: 'api' | 'worker', name: string): Promise<string> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ROLE: role,
      PORT: String(port),
      DATA_DIR: join(folder, name),
      DATABASE_URL: opened.url ?? '',
      APP_SECRET: 'cluster-'.repeat(5),
      LOCAL_REPOSITORIES: tmpdir(),
      LOG_LEVEL: 'info',
      // Every process loads the same modules: the first compiles them for all.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../.tmp/compiled', import.meta.url)),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.push(child);
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (role === 'worker' || output.includes('Project Sync is ready')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${output.slice(-2000)}`)));
    if (role === 'worker') resolve();
  });
  return `http://127.0.0.1:${port}`;
}

const ask = <T>(address: string, query: string, variables: object): Promise<T> =>
  askProcess<T>({ address, key }, query, variables);

beforeAll(async () => {
  if (!served) return;
  opened = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'project-sync-cluster-'));
  addresses = [await run('api', 'api-1'), ''];
  key = (await readFile(join(folder, 'api-1', 'admin.key'), 'utf8')).trim();
  addresses[1] = await run('api', 'api-2');
  await Promise.all(['worker-1', 'worker-2', 'worker-3'].map((name) => run('worker', name)));
  for (let index = 0; index < REPOSITORIES; index += 1) {
    const at = await createRepository();
    at.commit(
      'main',
      Object.fromEntries(
        Array.from({ length: 20 }, (_, file) => [
          `f${file}.ts`,
          `export const value = ${index * 100 + file};\n`,
        ]),
      ),
    );
    repositories.push(at);
  }
}, 60_000);
afterAll(async () => {
  for (const child of processes) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
  }
  if (!served) return;
  await opened.close();
  for (const at of repositories) await at.remove();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Event {
  readonly sequence: number;
  readonly status: string;
  readonly progress: number;
}

/** Reads one sync's events over its own socket, and reconnects once on the way after the last event it has. */
async function follow(address: string, syncId: string): Promise<Event[]> {
  const events: Event[] = [];
  for (let connection = 0; ; connection += 1) {
    const client = createClient({
      url: `${address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
      lazy: true,
    });
    const answers = client.iterate<{ syncProgress: Event }>({
      query:
        'subscription ($id: ID!, $after: Int) { syncProgress(syncId: $id, after: $after) { sequence status progress } }',
      variables: { id: syncId, after: events.at(-1)?.sequence ?? 0 },
    });
    let broken = false;
    for await (const { data, errors } of answers) {
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      if (data?.syncProgress) events.push(data.syncProgress);
      if (connection === 0 && events.length === 2) {
        broken = true;
        break;
      }
    }
    client.terminate();
    if (!broken) return events;
  }
}

test.runIf(served)(
  'three workers and two servers report every sync of fifty repositories without gaps or repeats',
  async () => {
    const [first, second] = addresses;
    const { createProject } = await ask<{ createProject: { project: { id: string } } }>(
      first,
      'mutation { createProject(input: { name: "Cluster" }) { ... on CreateProjectSuccess { project { id } } ... on Error { code message } } }',
      {},
    );
    const projectId = createProject.project.id;
    const started = await Promise.all(
      repositories.map(async ({ path }, index) => {
        const here = index % 2 === 0 ? first : second;
        const there = index % 2 === 0 ? second : first;
        const { connectRepository } = await ask<{ connectRepository: { repository: { id: string } } }>(
          here,
          'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } ... on Error { code message } } }',
          { input: { projectId, provider: 'GIT', url: path } },
        );
        const { startSync } = await ask<{ startSync: { sync: { id: string } } }>(
          here,
          'mutation ($id: ID!) { startSync(input: { repositoryId: $id, branch: "main" }) { ... on StartSyncSuccess { sync { id } } ... on Error { code message } } }',
          { id: connectRepository.repository.id },
        );
        return follow(there, startSync.sync.id);
      }),
    );
    for (const events of started) {
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)?.status).toBe('COMPLETED');
      expect(events.map(({ progress }) => progress)).toEqual(
        events.map(({ progress }) => progress).toSorted((a, b) => a - b),
      );
    }
    const workers = await opened.database.system.query<{ worker_id: string }>(
      'SELECT DISTINCT worker_id FROM project_sync',
    );
    expect(workers.length).toBeGreaterThan(1);
  },
  90_000,
);
