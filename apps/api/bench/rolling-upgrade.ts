import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { openDatabase } from '@project-sync/db';
import { askProcess } from '../src/testing/ask-process.ts';

// A rolling upgrade on PostgreSQL, and back: two servers and two workers of the old version run 100 syncs while the new
// version's migrations are applied, every process is replaced by a new one, and then by an old one again. Readers ask the
// servers that say they are ready, as a load balancer does. No sync may fail and no reader be refused.
// `TEST_DATABASE_URL=… node apps/api/bench/rolling-upgrade.ts [--old <an installed checkout>] [--syncs 100] [--files 20]`
// Without --old, both versions are this one, and the migration adds a column.
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const old = resolve(option('old') ?? checkout);
const syncs = Number(option('syncs') ?? 100);
const files = Number(option('files') ?? 20);
const BRANCHES = 5;
/** A tenth of the syncs begins before the migration, and another with each step after it. */
const SHARE = syncs / 10;
const DRAIN_SECONDS = 3;
const admin = process.env['TEST_DATABASE_URL'] ?? '';
if (admin === '') throw new Error('TEST_DATABASE_URL must name a PostgreSQL server.');

const folder = await mkdtemp(join(tmpdir(), 'project-sync-upgrade-'));
const name = `upgrade_${randomUUID().replaceAll('-', '')}`;
const url = Object.assign(new URL(admin), { pathname: `/${name}` }).href;
const server = await openDatabase({ kind: 'postgres', url: admin, connections: 1 });
await server.system.script(`CREATE DATABASE ${name} TEMPLATE template0`);

async function freePort(): Promise<number> {
  const socket = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => socket.once('listening', done));
  const { port } = socket.address() as AddressInfo;
  await new Promise((done) => socket.close(done));
  return port;
}

const environment = (dataDir: string, more: Record<string, string>) => ({
  PATH: process.env['PATH'] ?? '',
  DATABASE_URL: url,
  DATA_DIR: join(folder, dataDir),
  APP_SECRET: 'upgrade-'.repeat(5),
  LOCAL_REPOSITORIES: tmpdir(),
  LOG_LEVEL: 'info',
  ...more,
});

/** A process of one version. */
interface Running {
  readonly address: string;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
}
const running = new Map<string, Running>();

async function start(role: 'api' | 'worker', dataDir: string, from: string): Promise<void> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(from, 'apps/api/src/main.ts')],
    {
      cwd: from,
      env: environment(dataDir, { ROLE: role, PORT: String(port), DRAIN_SECONDS: String(DRAIN_SECONDS) }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
  const exited = new Promise((done) => child.once('exit', done));
  const address = `http://127.0.0.1:${port}`;
  running.set(dataDir, { address, child, exited });
  // A worker of an older version listens on no port.
  for (const until = Date.now() + 120_000; role === 'api' && !(await isReady(address));) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${dataDir} did not start: ${output}`);
    await pause(100);
  }
  if (role === 'worker') await pause(2000);
}

async function stop(dataDir: string): Promise<void> {
  const one = running.get(dataDir);
  if (one === undefined) return;
  one.child.kill('SIGTERM');
  await one.exited;
  running.delete(dataDir);
}

async function isReady(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/readyz`).catch(() => null);
  await answer?.text();
  return answer?.ok === true;
}

async function migrate(from: string, ...args: string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(from, 'apps/api/src/cli.ts'), 'migrate', ...args], {
    cwd: from,
    env: environment('migrations', {}),
    stdio: 'inherit',
  });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`migrate ended with ${String(code)}.`);
  return performance.now() - began;
}

/** This version's migrations and one more, for a run without an older checkout. */
async function withOneMore(): Promise<string[]> {
  if (old !== checkout && old !== checkout.replace(/\/$/, '')) return [];
  const to = join(folder, 'more');
  await cp(join(checkout, 'prisma/migrations'), to, { recursive: true });
  await mkdir(join(to, '9998_remark'));
  await writeFile(join(to, '9998_remark/migration.sql'), 'ALTER TABLE project_sync ADD COLUMN remark TEXT;');
  return ['--migrations', to];
}

// ── The load ─────────────────────────────────────────────────────────────────────────────────────────────

const reads = { answered: 0, refused: 0, slowest: 0, refusals: [] as string[] };
const probes = { asked: 0, notReady: 0 };
/** Set while no process is being replaced: then every one of them must be ready. */
let isSteady = true;
let isOver = false;
/** The number of syncs that may have begun by now. */
let mayBegin = SHARE;

/** Asks the servers in turn, as long as the last probe found them ready. */
async function readThrough(key: string, projectId: string): Promise<void> {
  for (let turn = 0; !isOver; turn += 1) {
    const addresses = [...ready];
    const address = addresses[turn % Math.max(1, addresses.length)];
    if (address === undefined) {
      reads.refused += 1;
      reads.refusals.push('no server was ready');
      await pause(50);
      continue;
    }
    const began = performance.now();
    try {
      await askProcess(
        { address, key },
        'query ($id: ID!) { node(id: $id) { ... on Project { name syncs(first: 20) { nodes { status progress } } repositories(first: 5) { nodes { name } } } } }',
        { id: projectId },
      );
      reads.answered += 1;
    } catch (error) {
      reads.refused += 1;
      reads.refusals.push(String(error).slice(0, 300));
    }
    reads.slowest = Math.max(reads.slowest, performance.now() - began);
    await pause(20);
  }
}

const ready = new Set<string>();
async function probe(): Promise<void> {
  while (!isOver) {
    for (const [dataDir, { address }] of running) {
      if (!dataDir.startsWith('api')) continue;
      const steady = isSteady;
      const ok = await isReady(address);
      probes.asked += 1;
      if (!ok && steady && isSteady) probes.notReady += 1;
      if (ok) ready.add(address);
      else ready.delete(address);
    }
    const addresses = new Set([...running.values()].map(({ address }) => address));
    for (const address of ready) if (!addresses.has(address)) ready.delete(address);
    await pause(200);
  }
}

/** Returns the number of syncs by their status. */
async function statuses(): Promise<Record<string, number>> {
  const database = await openDatabase({ kind: 'postgres', url, connections: 1 });
  const rows = await database.system.query<{ status: string; count: number }>(
    'SELECT status::text, count(*)::int AS count FROM project_sync GROUP BY 1',
  );
  await database.close();
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** Returns why syncs failed. */
async function failures(): Promise<unknown[]> {
  const database = await openDatabase({ kind: 'postgres', url, connections: 1 });
  const rows = await database.system.query(
    `SELECT failure_code, failure_message, phase::text, attempts, completed_at FROM project_sync WHERE status = 'FAILED'`,
  );
  await database.close();
  return rows;
}

const ask = <T>(key: string, query: string, variables: object): Promise<T> => {
  const [address = ''] = ready;
  return askProcess<T>({ address, key }, query, variables);
};

async function repositoriesOf(count: number): Promise<TestRepository[]> {
  const made: TestRepository[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = await createRepository();
    for (let branch = 0; branch < BRANCHES; branch += 1)
      at.commit(
        `b${branch}`,
        Object.fromEntries(
          Array.from({ length: files }, (_, file) => [
            `f${file}.ts`,
            `export function task${index}x${branch}x${file}() { return ${file}; }\n`,
          ]),
        ),
        { from: null },
      );
    made.push(at);
  }
  return made;
}

const repositories = await repositoriesOf(Math.ceil(syncs / BRANCHES));
try {
  await migrate(old);
  await start('api', 'api-1', old);
  await start('api', 'api-2', old);
  await start('worker', 'worker-1', old);
  await start('worker', 'worker-2', old);
  const key = (await readFile(join(folder, 'api-1', 'admin.key'), 'utf8')).trim();
  const probing = probe();
  while (ready.size < 2) await pause(50);
  const { createProject } = await ask<{ createProject: { project: { id: string } } }>(
    key,
    'mutation { createProject(input: { name: "Upgrade" }) { ... on CreateProjectSuccess { project { id } } } }',
    {},
  );
  const projectId = createProject.project.id;
  const reading = [readThrough(key, projectId), readThrough(key, projectId)];
  const starting = (async () => {
    let begun = 0;
    for (const { path } of repositories) {
      const { connectRepository } = await ask<{ connectRepository: { repository: { id: string } } }>(
        key,
        'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
        { input: { projectId, provider: 'GIT', url: path } },
      );
      for (let branch = 0; branch < BRANCHES; branch += 1, begun += 1) {
        while (begun >= mayBegin) await pause(50);
        await ask(
          key,
          'mutation ($id: ID!, $branch: String!) { startSync(input: { repositoryId: $id, branch: $branch }) { ... on StartSyncSuccess { sync { id } } } }',
          { id: connectRepository.repository.id, branch: `b${branch}` },
        );
        await pause(150);
      }
    }
  })();
  // Awaited below; a migration that fails ends the run before.
  starting.catch(() => undefined);
  while (((await statuses())['COMPLETED'] ?? 0) < syncs / 20) await pause(200);
  console.log('before the migration', await statuses());
  mayBegin += SHARE;
  const migration = await migrate(checkout, ...(await withOneMore()));
  console.log('after the migration', await statuses());
  isSteady = false;
  for (const [role, from, to, version] of [
    ['api', 'api-1', 'api-3', checkout],
    ['worker', 'worker-1', 'worker-3', checkout],
    ['api', 'api-2', 'api-4', checkout],
    ['worker', 'worker-2', 'worker-4', checkout],
    ['api', 'api-3', 'api-5', old],
    ['worker', 'worker-3', 'worker-5', old],
    ['api', 'api-4', 'api-6', old],
    ['worker', 'worker-4', 'worker-6', old],
  ] as const) {
    mayBegin += SHARE;
    await start(role, to, version);
    if (role === 'api') while (!ready.has(running.get(to)?.address ?? '')) await pause(50);
    await stop(from);
    console.log(`${to} replaced ${from}`, await statuses());
  }
  isSteady = true;
  await starting;
  let counts = await statuses();
  while ((counts['QUEUED'] ?? 0) + (counts['RUNNING'] ?? 0) > 0) {
    await pause(500);
    counts = await statuses();
  }
  isOver = true;
  await Promise.all([probing, ...reading]);
  console.log({
    syncs: counts,
    failures: await failures(),
    migrationMs: Math.round(migration),
    reads: { ...reads, slowest: Math.round(reads.slowest), refusals: reads.refusals.slice(0, 5) },
    probes,
  });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (counts['COMPLETED'] !== total || total < syncs || reads.refused > 0 || probes.notReady > 0)
    process.exitCode = 1;
} finally {
  isOver = true;
  for (const dataDir of [...running.keys()]) await stop(dataDir);
  await server.system.script(`DROP DATABASE ${name} WITH (FORCE)`);
  await server.close();
  for (const at of repositories) await at.remove();
  await rm(folder, { recursive: true, force: true });
}
