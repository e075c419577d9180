import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitSource, Launcher, type ContentReader, type GitSourceOptions } from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { openJobs } from '../src/jobs/open-jobs.ts';
import { startSync } from '../src/syncs/start-sync.ts';
import { syncEvents } from '../src/live/sync-events.ts';
import { openSyncHints } from '../src/live/sync-hints.ts';
import { createSyncWorker } from '../src/syncs/sync-worker.ts';
import { openTestDatabase } from '../src/testing/index.ts';

/** Texts as one passage each: what is measured is the engine, not what files mean. */
export const benchReader: ContentReader = {
  version: { split: 1, redaction: 1 },
  classifier: () => () => ({ language: null, dialect: 'lines', ignored: null }),
  decode: (content) =>
    content.includes(0)
      ? { kind: 'binary' }
      : { kind: 'text', text: Buffer.from(content).toString('utf8'), encoding: 'utf8' },
  split: () => Promise.resolve([]),
};

/** A sync as a benchmark sees it. */
export interface MeasuredSync {
  readonly id: string;
  readonly milliseconds: number;
  readonly statements: number;
  readonly rowsWritten: number;
  readonly stats: Record<string, number>;
  readonly status: string;
}

/** A worker, a database and one repository, with a way to sync and measure. `open` says where it is read from. */
export async function openBench(open: (at: TestRepository) => Promise<Partial<GitSourceOptions>>) {
  const opened = await openTestDatabase();
  const { database } = opened;
  const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-bench-'));
  const at: TestRepository = await createRepository();
  const where = await open(at);
  const [projectId, repositoryId] = [randomUUID(), randomUUID()];
  await database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
    projectId,
    projectId.slice(0, 12),
  ]);
  await database.system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
    [projectId, repositoryId, at.path],
  );
  const jobs = await openJobs(database, ['sync', 'embed'], (error) => console.error(error));
  const hints = await openSyncHints(database);
  const launcher = new Launcher();
  const worker = createSyncWorker({
    database,
    jobs,
    reader: benchReader,
    enrichments: [],
    limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
    concurrency: 1,
    openSource: () =>
      gitSource({
        url: at.path,
        mirror: join(mirrors, 'm.git'),
        launch: launcher.launch,
        allowedHosts: null,
        localRoots: [dirname(at.path)],
        ...where,
      }),
    log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
  });
  await worker.start();

  async function sync(branch: string): Promise<MeasuredSync> {
    const writes = async () =>
      (
        await database.system.query<{ n: bigint }>(
          'SELECT coalesce(sum(n_tup_ins + n_tup_upd), 0)::int8 AS n FROM pg_stat_xact_user_tables',
        )
      )[0]?.n ?? 0n;
    const [before, statements, begun] = [await writes(), database.statements(), performance.now()];
    const { id } = await startSync(database, jobs, {
      projectId,
      repositoryId,
      branch,
      trigger: 'MANUAL',
      full: false,
      restoredFromId: null,
      requestedBy: null,
    });
    for await (const event of syncEvents(database, hints, {
      projectId,
      syncId: id,
      after: 0,
      signal: AbortSignal.timeout(1_200_000),
    }))
      void event;
    const milliseconds = performance.now() - begun;
    const ran = database.statements() - statements;
    const [row] = await database.system.query<{
      stats: Record<string, number>;
      status: string;
      started_at: Date;
      completed_at: Date;
    }>('SELECT stats, status, started_at, completed_at FROM project_sync WHERE id = $1', [id]);
    return {
      id,
      milliseconds: row === undefined ? milliseconds : row.completed_at.getTime() - row.started_at.getTime(),
      statements: ran,
      rowsWritten: Number((await writes()) - before),
      stats: row?.stats ?? {},
      status: row?.status ?? '',
    };
  }

  return {
    at,
    database,
    projectId,
    repositoryId,
    sync,
    async close() {
      await worker.stop();
      await hints.close();
      await launcher.close();
      await opened.close();
      await at.remove();
      await rm(mirrors, { recursive: true, force: true });
    },
  };
}
