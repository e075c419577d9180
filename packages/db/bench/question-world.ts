import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  classifyPath,
  createSplitter,
  decodeContent,
  hasFacts,
  parseIgnoreRules,
  REDACTION_VERSION,
  SPLIT_VERSION,
  type Embedder,
} from '@project-sync/knowledge';
import {
  analyzePhase,
  axiomPhase,
  consolidatePhase,
  createSyncWorker,
  documentPhase,
  embedPassages,
  embedPhase,
  gitSource,
} from '@project-sync/sync';
import type { Database } from '../src/database/database.ts';
import { openEmbedded } from '../src/database/embedded/open-embedded.ts';
import { embeddingStore } from '../src/engine/embedding-store.ts';
import { openJobs } from '../src/jobs/open-jobs.ts';
import { syncEvents } from '../src/live/sync-events.ts';
import { openSyncHints } from '../src/live/sync-hints.ts';
import { applyMigrations } from '../src/migrate/apply-migrations.ts';
import { startSync } from '../src/syncs/start-sync.ts';
import { syncClaims } from '../src/syncs/sync-claims.ts';
import type { RepositoryQuestions } from './question-set.ts';

/** Where a repository's snapshot is kept in the database of a measurement. */
export interface SyncedRepository {
  readonly projectId: string;
  readonly snapshot: { readonly branchId: string; readonly number: number };
}

/** A database in which every repository of the question set has been synced through the real pipeline. */
export interface QuestionWorld {
  readonly database: Database;
  readonly synced: ReadonlyMap<string, SyncedRepository>;
  close(): Promise<void>;
}

/**
 * Opens the database below `folder`, and syncs and embeds what it lacks. It stays there, because a change of the ranking
 * needs no new sync: the folder's name tells the rules that read the repositories.
 */
export async function openQuestionWorld(
  folder: string,
  repositories: readonly RepositoryQuestions[],
  embedder: Embedder<Float32Array>,
): Promise<QuestionWorld> {
  const dataDir = join(folder, `split-${SPLIT_VERSION}`);
  await mkdir(dataDir, { recursive: true });
  const database = await openEmbedded({ dataDir });
  const migrated = await applyMigrations(database);
  if (migrated.outcome === 'failed') throw migrated.cause;
  const synced = new Map<string, SyncedRepository>();
  for (const repository of repositories) {
    const found = await syncedBefore(database, repository);
    if (found !== null) synced.set(repository.name, found);
  }
  const missing = repositories.filter(({ name }) => !synced.has(name));
  if (missing.length > 0) await syncAll(database, missing, embedder);
  for (const repository of missing) {
    const found = await syncedBefore(database, repository);
    if (found === null) throw new Error(`The sync of ${repository.name} did not complete.`);
    synced.set(repository.name, found);
  }
  const store = embeddingStore(database);
  const options = { maxTokens: null, signal: AbortSignal.timeout(900_000) };
  for (const { projectId } of synced.values())
    for await (const progress of embedPassages(
      { store, embedder },
      { projectId, after: 0n, notOf: [] },
      options,
    ))
      void progress;
  if (missing.length > 0) await database.system.script('ANALYZE');
  return { database, synced, close: () => database.close() };
}

async function syncedBefore(
  database: Database,
  repository: RepositoryQuestions,
): Promise<SyncedRepository | null> {
  const projectId = idOf(repository.name);
  const [row] = await database.system.query<{ branch_id: string; number: number }>(
    `SELECT branch_id, number FROM project_sync
      WHERE project_id = $1 AND status = 'COMPLETED' AND embedded_at IS NOT NULL ORDER BY number DESC LIMIT 1`,
    [projectId],
  );
  return row === undefined ? null : { projectId, snapshot: { branchId: row.branch_id, number: row.number } };
}

async function syncAll(
  database: Database,
  repositories: readonly RepositoryQuestions[],
  embedder: Embedder<Float32Array>,
): Promise<void> {
  const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-questions-'));
  const splitter = createSplitter();
  const jobs = await openJobs(database, ['sync', 'embed'], (error) => console.error(error));
  const hints = await openSyncHints(database);
  const clones = new Map(repositories.map(({ name, clone }) => [idOf(name), clone]));
  const version = { split: SPLIT_VERSION, redaction: REDACTION_VERSION };
  const worker = createSyncWorker({
    claims: syncClaims(database, version),
    jobs,
    reader: {
      version,
      classifier: (files) => {
        const rules = parseIgnoreRules(files);
        return (path) => classifyPath(path, rules);
      },
      decode: decodeContent,
      split: (input) => splitter.split(input),
    },
    // All of them, as in the product: what they write is searched too.
    enrichments: [
      analyzePhase({ readFacts: (input) => splitter.facts(input), hasFacts }),
      documentPhase(),
      consolidatePhase(),
      axiomPhase(),
      embedPhase(embeddingStore(database), embedder, null),
    ],
    limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
    concurrency: 1,
    openSource: ({ repositoryId }) => {
      const url = clones.get(repositoryId) ?? '';
      const mirror = join(mirrors, `${repositoryId}.git`);
      return gitSource({ url, mirror, allowedHosts: null, localRoots: [dirname(url)] });
    },
    log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
  });
  await worker.start();
  for (const repository of repositories) {
    const projectId = idOf(repository.name);
    await database.system.execute(
      'INSERT INTO project (id, slug, name) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING',
      [projectId, repository.name],
    );
    await database.system.execute(
      `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $1, 'GIT', $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [projectId, repository.clone, repository.repository, repository.branch],
    );
    const { id } = await startSync(database, jobs, {
      projectId,
      repositoryId: projectId,
      branch: repository.branch,
      trigger: 'MANUAL',
      full: true,
      restoredFromId: null,
      requestedBy: null,
    });
    const follow = { projectId, syncId: id, after: 0, signal: AbortSignal.timeout(900_000) };
    for await (const event of syncEvents(database, hints, follow)) void event;
    console.error(`synced ${repository.name}`);
  }
  await worker.stop();
  await splitter.close();
  await hints.close();
  await rm(mirrors, { recursive: true, force: true });
}

/** The same identifier in every run, so that a kept database is found again. */
function idOf(name: string): string {
  const hex = createHash('sha256').update(`questions ${name}`).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
