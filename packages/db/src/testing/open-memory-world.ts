import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  classifyPath,
  createSplitter,
  decodeContent,
  parseIgnoreRules,
  REDACTION_VERSION,
  readQuestionOrThrow,
  SPLIT_VERSION,
} from '@project-sync/knowledge';
import { embedPhase, gitSource, type ContentReader, type PassageEmbedder } from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { openJobs } from '../jobs/open-jobs.ts';
import { searchMemory, type MemoryHit, type MemoryQuery } from '../search/search-memory.ts';
import { EMBED_QUEUE, startBackgroundJobs } from '../jobs/background-jobs.ts';
import { embeddingStore } from '../engine/embedding-store.ts';
import { startSync, SYNC_QUEUE } from '../syncs/start-sync.ts';
import { syncEvents } from '../live/sync-events.ts';
import { openSyncHints } from '../live/sync-hints.ts';
import { createSyncWorker } from '../syncs/sync-worker.ts';
import type { TestDatabase } from './open-test-database.ts';

/** A sync after its end. */
export interface EndedSync extends Record<string, unknown> {
  readonly id: string;
  readonly branch_id: string;
  readonly number: number;
  readonly status: string;
  readonly stats: Record<string, number>;
  readonly warnings: readonly { code: string }[];
  readonly embedded_at: Date | null;
}

/** A project with the real worker, splitter and background jobs, over an embedder of the test's own. */
export async function openMemoryWorld(
  { database }: TestDatabase,
  embedder: PassageEmbedder,
  options: {
    projectId?: string;
    version?: { split: number; redaction: number };
    concurrency?: number;
  } & Partial<Pick<ContentReader, 'split'>> = {},
) {
  const { projectId = randomUUID() } = options;
  const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-memory-'));
  const repositories = new Map<string, TestRepository>();
  const logged: unknown[] = [];
  const log = {
    info: (fields: object, message: string) => void logged.push({ ...fields, message }),
    error: (fields: object, message: string) => void logged.push({ ...fields, message }),
  };
  if (options.projectId === undefined)
    await database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
      projectId,
      projectId.slice(0, 20),
    ]);
  const splitter = createSplitter();
  const jobs = await openJobs(database, [SYNC_QUEUE, EMBED_QUEUE, 'remove'], (error) =>
    log.error({ error }, 'jobs'),
  );
  const hints = await openSyncHints(database);
  const store = embeddingStore(database);
  const stopping = new AbortController();
  const worker = createSyncWorker({
    database,
    jobs,
    reader: {
      version: options.version ?? { split: SPLIT_VERSION, redaction: REDACTION_VERSION },
      classifier: (files) => {
        const rules = parseIgnoreRules(files);
        return (path) => classifyPath(path, rules);
      },
      decode: decodeContent,
      split: options.split ?? ((input) => splitter.split(input)),
    },
    enrichments: [embedPhase(store, embedder, null)],
    limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
    concurrency: options.concurrency ?? 1,
    openSource: ({ repositoryId }) => {
      const url = repositories.get(repositoryId)?.path ?? '';
      const mirror = join(mirrors, `${repositoryId}.git`);
      return gitSource({ url, mirror, allowedHosts: null, localRoots: [dirname(url)] });
    },
    log,
  });
  await worker.start();
  await startBackgroundJobs({ database, jobs, store, embedder, signal: stopping.signal, log });

  return {
    database,
    projectId,
    store,
    logged,
    async connect(): Promise<{ id: string; at: TestRepository }> {
      const at = await createRepository();
      const id = randomUUID();
      repositories.set(id, at);
      await database.system.execute(
        `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
        [projectId, id, at.path],
      );
      return { id, at };
    },
    /** Connects another world's repository. */
    adopt: (id: string, at: TestRepository) => void repositories.set(id, at),
    async sync(repositoryId: string, branch = 'main'): Promise<EndedSync> {
      const request = { projectId, repositoryId, branch, trigger: 'MANUAL', full: false } as const;
      const started = await startSync(database, jobs, {
        ...request,
        restoredFromId: null,
        requestedBy: null,
      });
      const follow = { projectId, syncId: started.id, after: 0, signal: AbortSignal.timeout(60_000) };
      for await (const event of syncEvents(database, hints, follow)) void event;
      const [row] = await database.system.query<EndedSync>('SELECT * FROM project_sync WHERE id = $1', [
        started.id,
      ]);
      if (row === undefined) throw new Error('The sync is not there.');
      return row;
    },
    async search(
      text: string,
      snapshot: { branch_id: string; number: number } | null,
      query: Partial<MemoryQuery> & { kinds?: readonly string[]; pathPrefix?: string } = {},
    ): Promise<MemoryHit[]> {
      let vector: Float32Array | null = null;
      const asked = { signal: AbortSignal.timeout(10_000), purpose: 'query' } as const;
      if (text !== '' && query.mode !== 'KEYWORD')
        for await (const [one] of embedder.embed([text], asked)) vector = one?.vector ?? null;
      return searchMemory(
        database.system,
        {
          projectId,
          snapshot: snapshot === null ? null : { branchId: snapshot.branch_id, number: snapshot.number },
          kinds: query.kinds ?? null,
          pathPrefix: query.pathPrefix ?? null,
        },
        {
          question: readQuestionOrThrow(text),
          vector,
          model: embedder.model,
          mode: 'HYBRID',
          first: 10,
          offset: 0,
          ...query,
        },
      );
    },
    async close(): Promise<void> {
      stopping.abort();
      await worker.stop();
      await splitter.close();
      await hints.close();
      await rm(mirrors, { recursive: true, force: true });
    },
    async removeRepositories(): Promise<void> {
      for (const at of repositories.values()) await at.remove();
    },
  };
}
