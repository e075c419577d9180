import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitSource, Launcher, pathToBytes } from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import type { Database } from '../src/database/database.ts';
import { openJobs } from '../src/jobs/open-jobs.ts';
import { snapshotFiles } from '../src/reads/snapshot-files.ts';
import { startSync, type SyncRequest } from '../src/syncs/start-sync.ts';
import { syncEvents } from '../src/live/sync-events.ts';
import { openSyncHints } from '../src/live/sync-hints.ts';
import { createSyncWorker } from '../src/syncs/sync-worker.ts';
import { openTestDatabase } from '../src/testing/index.ts';
import { benchReader } from './sync-bench.ts';

/** A finalized sync, as it stands in its row. */
export interface FinalizedSync extends Record<string, unknown> {
  readonly id: string;
  readonly branch_id: string;
  readonly number: number;
  readonly status: string;
  readonly commit_oid: string;
  readonly failure_message: string | null;
  readonly stats: Record<string, number>;
  readonly previous_sync_id: string | null;
}

/** One database with a worker and as many repositories as wanted. TEST_DATABASE_URL chooses a server. */
export async function openWorld(concurrency: number) {
  const opened = await openTestDatabase();
  const { database } = opened;
  const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-world-'));
  const projectId = randomUUID();
  const paths = new Map<string, string>();
  await database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
    projectId,
    projectId.slice(0, 12),
  ]);
  const jobs = await openJobs(database, ['sync', 'embed'], (error) => console.error(error));
  const hints = await openSyncHints(database);
  const launcher = new Launcher();
  const worker = createSyncWorker({
    database,
    jobs,
    reader: benchReader,
    enrichments: [],
    limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
    concurrency,
    openSource: ({ repositoryId }) => {
      const path = paths.get(repositoryId) ?? '';
      return gitSource({
        url: path,
        mirror: join(mirrors, `${repositoryId}.git`),
        launch: launcher.launch,
        allowedHosts: null,
        localRoots: [dirname(path)],
      });
    },
    log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
  });
  await worker.start();

  const start = (request: Pick<SyncRequest, 'repositoryId' | 'branch'> & Partial<SyncRequest>) =>
    startSync(database, jobs, {
      projectId,
      trigger: request.restoredFromId == null ? 'MANUAL' : 'RESTORE',
      full: false,
      restoredFromId: null,
      requestedBy: null,
      ...request,
    });

  async function ended(syncId: string): Promise<FinalizedSync> {
    const signal = AbortSignal.timeout(600_000);
    let expected = 1;
    for await (const { sequence } of syncEvents(database, hints, { projectId, syncId, after: 0, signal }))
      if (sequence !== expected++) throw new Error(`The log of ${syncId} has a gap at ${sequence}.`);
    const [row] = await database.system.query<FinalizedSync>('SELECT * FROM project_sync WHERE id = $1', [
      syncId,
    ]);
    if (row === undefined) throw new Error(`The sync ${syncId} is not there.`);
    return row;
  }

  return {
    database,
    jobs,
    hints,
    projectId,
    url: opened.url,
    start,
    ended,
    async connect(): Promise<{ id: string; at: TestRepository }> {
      const at = await createRepository();
      const id = randomUUID();
      paths.set(id, at.path);
      await database.system.execute(
        `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
        [projectId, id, at.path],
      );
      return { id, at };
    },
    listing: (sync: Pick<FinalizedSync, 'branch_id' | 'number'>) => listingFrom(database, projectId, sync),
    async close() {
      await worker.stop();
      await hints.close();
      await launcher.close();
      await opened.close();
      await rm(mirrors, { recursive: true, force: true });
    },
  };
}

/** What is kept of a snapshot, in the words of `git ls-tree -r -z`. */
export async function listingFrom(
  database: Database,
  projectId: string,
  { branch_id: branchId, number }: Pick<FinalizedSync, 'branch_id' | 'number'>,
): Promise<Buffer> {
  const files = await snapshotFiles(
    database.system,
    { projectId, branchId, number },
    { prefix: null, first: 1_000_000, after: null },
  );
  return Buffer.concat(
    files.flatMap((file) => [
      Buffer.from(
        `${file.mode.toString(8).padStart(6, '0')} ${file.mode === 0o160000 ? 'commit' : 'blob'} ${file.oid}\t`,
      ),
      pathToBytes(file.path),
      Buffer.from([0]),
    ]),
  );
}
