import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askProcess } from '../src/testing/ask-process.ts';

/** The product in a separate process, for benchmarks. */
export interface Product {
  readonly address: string;
  /** The first owner's key. */
  readonly key: string;
  readonly pid: number;
  readonly projectId: string;
  ask<T>(query: string, variables?: object): Promise<T>;
  /** Connects a local repository, starts its first sync, and returns the sync's ID. */
  start(path: string): Promise<string>;
  state(syncId: string): Promise<{ status: string; phase: string; progress: number }>;
  stop(): Promise<void>;
}

/** Starts the product with a new data folder, embedded unless a database is given, and creates a project. */
export async function openProduct(port: number, databaseUrl: string | null): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-product-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: String(port),
    DATA_DIR: folder,
    LOCAL_REPOSITORIES: tmpdir(),
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl, APP_SECRET: randomUUID().repeat(2) }),
  };
  const program = (file: string) => [
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL(`../src/${file}`, import.meta.url)),
  ];
  // A server migrates an embedded database by itself, and no other.
  if (databaseUrl !== null)
    execFileSync(process.execPath, [...program('cli.ts'), 'migrate'], { env, stdio: 'ignore' });
  const server = spawn(process.execPath, program('main.ts'), { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  await Promise.race([new Promise((resolve) => server.stdout.once('data', resolve)), exited]);
  if (server.pid === undefined || server.exitCode !== null) throw new Error('The product did not start.');
  const address = `http://127.0.0.1:${port}`;
  const key = (await readFile(join(folder, 'admin.key'), 'utf8')).trim();

  const ask = <T>(query: string, variables: object = {}): Promise<T> =>
    askProcess<T>({ address, key }, query, variables);

  const { createProject } = await ask<{ createProject: { project: { id: string } } }>(
    'mutation { createProject(input: { name: "Large" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  const projectId = createProject.project.id;

  return {
    address,
    key,
    pid: server.pid,
    projectId,
    ask,
    async start(url) {
      const { connectRepository } = await ask<{ connectRepository: { repository: { id: string } } }>(
        'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
        { input: { projectId, provider: 'GIT', url } },
      );
      const { startSync } = await ask<{ startSync: { sync: { id: string } } }>(
        'mutation ($id: ID!) { startSync(input: { repositoryId: $id, branch: "main" }) { ... on StartSyncSuccess { sync { id } } } }',
        { id: connectRepository.repository.id },
      );
      return startSync.sync.id;
    },
    state: async (id) =>
      (
        await ask<{ node: { status: string; phase: string; progress: number } }>(
          'query ($id: ID!) { node(id: $id) { ... on ProjectSync { status phase progress } } }',
          { id },
        )
      ).node,
    async stop() {
      server.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
