import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createSyncWorker,
  EMBED_QUEUE,
  embedInBackground,
  embedPhase,
  gitSource,
  Launcher,
  SYNC_QUEUE,
  type ContentReader,
  type EmbeddingStore,
  type Enrichment,
  type GitSourceOptions,
  type PassageEmbedder,
  type Source,
  type SyncWorker,
  type WorkerLog,
} from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import type { Database } from '../database/database.ts';
import { embeddingStore } from '../engine/embedding-store.ts';
import { openJobs, type Jobs } from '../jobs/open-jobs.ts';
import { purgeInBackground } from '../jobs/purge-in-background.ts';
import { syncEvents } from '../live/sync-events.ts';
import { openSyncHints, type SyncHints } from '../live/sync-hints.ts';
import { REMOVE_QUEUE } from '../removal/request-removal.ts';
import { startSync, type StartedSync, type SyncRequest } from '../syncs/start-sync.ts';
import { syncClaims } from '../syncs/sync-claims.ts';
import type { SyncEventRow } from '../syncs/sync-row.ts';
import { insertProject, insertRepository } from './insert-rows.ts';
import { lineReader } from './line-reader.ts';
import { listingOf } from './listing-of.ts';
import type { MemoryRepository } from './memory-repository.ts';
import { openTestDatabase } from './open-test-database.ts';
import type { SyncRow } from './sync-rows.ts';

/** The parts of a world that a test or a benchmark replaces. */
export interface SyncWorldOptions {
  /** A database that the caller opened and closes; without it the world opens its own. */
  readonly database?: Database;
  /** The address of that database for child processes. */
  readonly url?: string | null;
  /** A project that exists already; without it the world inserts one. */
  readonly projectId?: string;
  /** Repositories whose rows exist already. The worker may claim their syncs as soon as it starts. */
  readonly repositories?: readonly { readonly id: string; readonly path: string }[];
  readonly reader?: ContentReader;
  /** Adds the EMBED phase and the background job with this embedder. */
  readonly embedder?: PassageEmbedder;
  readonly enrichments?: readonly Enrichment[];
  readonly concurrency?: number;
  readonly beatMs?: number;
  /** Called at the start of each run. */
  readonly stallMs?: () => number;
  /** Options for every repository's Git source, such as a launcher. */
  readonly source?: Partial<GitSourceOptions>;
  /** Wraps the source of a repository. */
  readonly wrapSource?: (source: Source, repositoryId: string) => Source | Promise<Source>;
  readonly log?: WorkerLog;
}

/** A repository of a world: its row's id, and the Git repository behind it. */
export interface WorldRepository {
  readonly id: string;
  readonly at: TestRepository;
}

const quiet: WorkerLog = { info: () => undefined, error: () => undefined };
/** One for all worlds of a process, as in the product. It ends with the process. */
const launcher = new Launcher();
/** Longer than the longest sync of a benchmark. */
const LONGEST_SYNC_MS = 1_200_000;
const limits = { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 };

/** Opens a project with a real worker. Its default reader keeps text without entries and embeds nothing. */
export async function openSyncWorld(options: SyncWorldOptions = {}): Promise<SyncWorld> {
  const opened = options.database === undefined ? await openTestDatabase() : null;
  const database = options.database ?? opened?.database;
  if (database === undefined) throw new Error('A world needs a database.');
  const { projectId = await insertProject(database), log = quiet, embedder } = options;
  const repositories = new WorldRepositories(options);
  const jobs = await openJobs(database, [SYNC_QUEUE, EMBED_QUEUE, REMOVE_QUEUE], (error) =>
    log.error({ error }, 'The queue reported an error.'),
  );
  const hints = await openSyncHints(database);
  const stopping = new AbortController();
  const { signal } = stopping;
  const store = embeddingStore(database);
  const worker = workerOf(database, { ...options, log, jobs, openSource: repositories.open });
  await worker.start();
  if (embedder !== undefined) {
    await embedInBackground({ jobs, store, embedder, maxTokens: null, signal, log });
    await purgeInBackground({ database, jobs, signal });
  }
  return new SyncWorld({
    database,
    url: opened === null ? (options.url ?? null) : opened.url,
    projectId,
    jobs,
    hints,
    store,
    repositories,
    async close() {
      stopping.abort();
      await worker.stop();
      await hints.close();
      await repositories.removeMirrors();
      await opened?.close();
    },
  });
}

interface WorldParts {
  readonly database: Database;
  readonly url: string | null;
  readonly projectId: string;
  readonly jobs: Jobs;
  readonly hints: SyncHints;
  readonly store: EmbeddingStore;
  readonly repositories: WorldRepositories;
  close(): Promise<void>;
}

/** A test or benchmark world: one project with a worker, and as many Git repositories as it connects. */
export class SyncWorld {
  readonly database: Database;
  /** The address of the database for child processes; null when it is embedded. */
  readonly url: string | null;
  readonly projectId: string;
  readonly jobs: Jobs;
  readonly hints: SyncHints;
  readonly store: EmbeddingStore;
  readonly #repositories: WorldRepositories;
  readonly #close: () => Promise<void>;
  readonly #parts: WorldParts;

  constructor(parts: WorldParts) {
    const { database, url, projectId, jobs, hints, store, repositories, close } = parts;
    this.#parts = parts;
    this.database = database;
    this.url = url;
    this.projectId = projectId;
    this.jobs = jobs;
    this.hints = hints;
    this.store = store;
    this.#repositories = repositories;
    this.#close = close;
  }

  /** Makes an empty Git repository and connects it. */
  async connect(): Promise<WorldRepository> {
    const at = await createRepository();
    const id = await insertRepository(this.database, this.projectId, at.path);
    this.#repositories.add(id, at);
    return { id, at };
  }

  /** Connects a repository whose row exists already. */
  adopt(id: string, at: TestRepository): void {
    this.#repositories.add(id, at);
  }

  /** Connects a repository in memory, once or several times. */
  async connectMemory(at: MemoryRepository): Promise<string> {
    const id = await insertRepository(
      this.database,
      this.projectId,
      `${at.path}#${randomUUID().slice(0, 8)}`,
    );
    this.#repositories.addMemory(id, at);
    return id;
  }

  /** The same world in another project of its own, whose contents are not shared with this one's. */
  async inNewProject(): Promise<SyncWorld> {
    return new SyncWorld({ ...this.#parts, projectId: await insertProject(this.database) });
  }

  /** Opens the source of a repository as the worker does. */
  openSource(repositoryId: string): Promise<Source> {
    return this.#repositories.open({ repositoryId });
  }

  /** Starts a sync of `main`, unless the request names another branch. */
  start(request: Pick<SyncRequest, 'repositoryId'> & Partial<SyncRequest>): Promise<StartedSync> {
    return startSync(this.database, this.jobs, {
      projectId: this.projectId,
      branch: 'main',
      trigger: request.restoredFromId == null ? 'MANUAL' : 'RESTORE',
      full: false,
      restoredFromId: null,
      requestedBy: null,
      ...request,
    });
  }

  /** Reads a sync's log from the event after `after`, then live, to its end. */
  follow(syncId: string, after = 0): AsyncGenerator<SyncEventRow> {
    const signal = AbortSignal.timeout(LONGEST_SYNC_MS);
    return syncEvents(this.database, this.hints, { projectId: this.projectId, syncId, after, signal });
  }

  async row(syncId: string): Promise<SyncRow> {
    const rows = await this.database.system.query<SyncRow>('SELECT * FROM project_sync WHERE id = $1', [
      syncId,
    ]);
    const [row] = rows;
    if (row === undefined) throw new Error(`There is no sync ${syncId}.`);
    return row;
  }

  /** Waits for the end of a sync, and checks that its log has no gap. */
  async ended(syncId: string): Promise<SyncRow> {
    let expected = 1;
    for await (const { sequence } of this.follow(syncId))
      if (sequence !== expected++) throw new Error(`The log of ${syncId} has a gap at ${sequence}.`);
    return this.row(syncId);
  }

  /** Starts a sync and waits for its end. */
  async sync(repositoryId: string, branch = 'main', more: Partial<SyncRequest> = {}): Promise<SyncRow> {
    const { id } = await this.start({ repositoryId, branch, ...more });
    return this.ended(id);
  }

  /** The snapshot of a finalized sync, as `git ls-tree -r -z` prints it. */
  listing(
    { branch_id: branchId, number }: Pick<SyncRow, 'branch_id' | 'number'>,
    pageSize?: number,
  ): Promise<Buffer> {
    return listingOf(this.database, { projectId: this.projectId, branchId, number }, pageSize);
  }

  /** Stops the worker and closes what the world opened. */
  close(): Promise<void> {
    return this.#close();
  }

  /** Removes the Git repositories, which outlive the world for others that adopted them. */
  removeRepositories(): Promise<void> {
    return this.#repositories.remove();
  }
}

function workerOf(
  database: Database,
  given: SyncWorldOptions & {
    readonly log: WorkerLog;
    readonly jobs: Jobs;
    readonly openSource: WorldRepositories['open'];
  },
): SyncWorker {
  const { reader = lineReader, embedder, enrichments = [], concurrency = 1, beatMs, stallMs } = given;
  return createSyncWorker({
    claims: syncClaims(database, reader.version),
    jobs: given.jobs,
    reader,
    enrichments: [
      ...enrichments,
      ...(embedder === undefined ? [] : [embedPhase(embeddingStore(database), embedder, null)]),
    ],
    limits,
    concurrency,
    openSource: given.openSource,
    log: given.log,
    ...(beatMs === undefined ? {} : { beatMs }),
    ...(stallMs === undefined ? {} : { stallMs }),
  });
}

/** The Git repositories of a world, and their mirrors. */
class WorldRepositories {
  readonly #options: SyncWorldOptions;
  readonly #paths = new Map<string, string>();
  readonly #inMemory = new Map<string, MemoryRepository>();
  readonly #made: TestRepository[] = [];
  readonly #mirrors = mkdtemp(join(tmpdir(), `project-sync-world-${randomUUID().slice(0, 8)}-`));

  constructor(options: SyncWorldOptions) {
    this.#options = options;
    for (const { id, path } of options.repositories ?? []) this.#paths.set(id, path);
  }

  add(id: string, at: TestRepository): void {
    this.#paths.set(id, at.path);
    this.#made.push(at);
  }

  addMemory(id: string, at: MemoryRepository): void {
    this.#inMemory.set(id, at);
  }

  readonly open = async ({ repositoryId }: { readonly repositoryId: string }): Promise<Source> => {
    const inMemory = this.#inMemory.get(repositoryId);
    if (inMemory !== undefined) return inMemory.source();
    const path = this.#paths.get(repositoryId);
    if (path === undefined) throw new Error(`The world has no repository ${repositoryId}.`);
    const source = await gitSource({
      url: path,
      mirror: join(await this.#mirrors, `${repositoryId}.git`),
      allowedHosts: null,
      localRoots: [dirname(path)],
      launch: launcher.launch,
      ...this.#options.source,
    });
    return this.#options.wrapSource?.(source, repositoryId) ?? source;
  };

  async remove(): Promise<void> {
    for (const at of this.#made) await at.remove();
  }

  async removeMirrors(): Promise<void> {
    await rm(await this.#mirrors, { recursive: true, force: true });
  }
}
