import { randomUUID } from 'node:crypto';
import {
  SyncError,
  SyncRun,
  syncProject,
  emptyStats,
  type ContentReader,
  type Enrichment,
  type Source,
} from '@project-sync/sync';
import type { Database } from '../database/database.ts';
import { renewStatistics } from '../database/embedded/renew-statistics.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { claimSync, endSync, giveBack, heartbeat, type Claim } from './claim-sync.ts';
import { knownFailure } from './classify-failure.ts';
import { EMBED_QUEUE } from '../jobs/background-jobs.ts';
import { SYNC_QUEUE } from './start-sync.ts';
import { LEASE_SECONDS } from './sync-row.ts';
import { syncStore } from '../engine/sync-store.ts';

/** How often the rows are looked through for what nobody was woken for. */
const RECONCILE_MS = 3000;

/** How often a sync is taken up again by itself after the database went away under it. */
const MOST_ATTEMPTS = 8;

/** So many new rows make other plans the better ones: a small project beside large ones would be planned as an empty one. */
const MANY_ROWS = 300;

/** Where a sync's repository is read from. */
export type OpenSource = (repository: { projectId: string; repositoryId: string }) => Promise<Source>;

/** What a worker is made of. */
export interface SyncWorkerOptions {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly openSource: OpenSource;
  readonly reader: ContentReader;
  readonly enrichments: readonly Enrichment[];
  readonly limits: { readonly maxTextBytes: number; readonly maxBinaryBytes: number };
  /** Syncs side by side. */
  readonly concurrency: number;
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Stands around the run of each sync, as a tracer does. */
  readonly around?: (sync: { id: string; projectId: string }, run: () => Promise<void>) => Promise<void>;
  /** How long a phase may bring nothing new, in milliseconds. */
  readonly stallMs?: number;
  /** How often the worker says that it lives and looks whether it is asked to stop, in milliseconds. */
  readonly beatMs?: number;
}

/** Something that runs syncs until it is stopped. */
export interface SyncWorker {
  start(): Promise<void>;
  /** Lets go of its syncs, which go on elsewhere or at the next start. */
  stop(): Promise<void>;
}

/** Makes a worker. Jobs wake it; the rows of the syncs say what there is to do. */
export function createSyncWorker(options: SyncWorkerOptions): SyncWorker {
  const { database, jobs, log } = options;
  const worker = randomUUID();
  const running = new Map<string, AbortController>();
  let stopping = false;
  let stopListening: () => Promise<void> = () => Promise.resolve();
  let reconciling: NodeJS.Timeout | null = null;

  async function runNext(): Promise<void> {
    if (stopping) return;
    // One job may stand for many syncs: whoever is awake goes on until nothing waits.
    for (let claim = await claimSync(database, worker); claim !== null;) {
      const taken = claim;
      const run = () => runClaimed(taken);
      await (options.around === undefined ? run() : options.around(taken.sync, run));
      claim = stopping ? null : await claimSync(database, worker);
    }
  }

  async function runClaimed(claim: Claim): Promise<void> {
    const { sync } = claim;
    const cancel = new AbortController();
    running.set(sync.id, cancel);
    const stallMs = options.stallMs ?? 10 * 60_000;
    const beat = setInterval(
      () => {
        heartbeat(database, claim).then(
          ({ held, cancelled }) => {
            if (!held) cancel.abort(new SyncError('LEASE_LOST', 'Another worker has taken this sync.'));
            else if (cancelled) cancel.abort(new SyncError('CANCELLED', 'It was cancelled.'));
          },
          // A database that does not answer is noticed by the work itself.
          () => undefined,
        );
        if (run.silentFor > stallMs) {
          cancel.abort(
            new SyncError(
              'PHASE_TIMEOUT',
              `${run.phase} brought nothing new for ${Math.round(stallMs / 1000)} s and was stopped. Try again.`,
              { retryable: true },
            ),
          );
        }
      },
      options.beatMs ?? (LEASE_SECONDS * 1000) / 4,
    );
    const opened: { source: Promise<Source> | null } = { source: null };
    const run = new SyncRun({
      store: syncStore({
        database,
        sync,
        fence: claim.fence,
        version: options.reader.version,
        signal: cancel.signal,
      }),
      source: () => (opened.source ??= options.openSource(sync)),
      reader: options.reader,
      enrichments: options.enrichments,
      limits: options.limits,
      signal: cancel.signal,
      now: Date.now,
    });
    try {
      if (sync.finalized) Object.assign(run.stats, await statsOf(claim));
      for await (const note of syncProject(run)) {
        log.info({ sync: sync.id, phase: note.phase, progress: note.progress }, note.message);
      }
      await endWell(claim, run, 'Completed');
    } catch (error) {
      await endBadly(claim, run, cancel.signal.aborted ? cancel.signal.reason : error);
    } finally {
      clearInterval(beat);
      running.delete(sync.id);
      await opened.source?.then((source) => source.close()).catch(() => undefined);
    }
  }

  async function endWell(claim: Claim, run: SyncRun, message: string): Promise<void> {
    const { stats, warnings } = run;
    await endSync(database, claim, { happening: 'complete', message, stats, warnings, failure: null });
    const { filesAdded, filesModified, filesRemoved, entriesCreated } = stats;
    if (filesAdded + filesModified + filesRemoved + entriesCreated > MANY_ROWS)
      await renewStatistics(database);
    const failed = warnings.some(({ code }) => code === 'EMBED_INCOMPLETE');
    if (!failed && !run.leavesToEmbed) return;
    const { projectId } = claim.sync;
    await jobs.send(EMBED_QUEUE, { projectId }, { key: projectId, afterSeconds: failed ? 15 : 1 });
  }

  async function endBadly(claim: Claim, run: SyncRun, error: unknown): Promise<void> {
    const { stats, warnings } = run;
    const known = knownFailure(error);
    if (known.code === 'LEASE_LOST') return;
    if (stopping && known.code === 'INTERNAL') return;
    if (known.code === 'STORE_UNAVAILABLE' && claim.sync.attempts < MOST_ATTEMPTS) {
      // What the database does not take now it takes later; should even this not reach it, the lease runs out.
      log.error(
        { sync: claim.sync.id, code: known.code, error },
        'The database went away; the sync goes on when it is back.',
      );
      await giveBack(database, claim, 2).catch(() => undefined);
      return;
    }
    if (claim.sync.finalized || run.finalized) {
      // Readers see the new snapshot already, so the sync did what it was for; only what enriches it is missing.
      const cancelled = known.code === 'CANCELLED';
      run.warn({
        code: `${run.phase}_${cancelled ? 'CANCELLED' : 'INCOMPLETE'}`,
        message: cancelled
          ? 'It was cancelled after its snapshot stood; the rest is done with the next sync.'
          : `${known.message} It is tried again by itself; files and keyword search are complete.`,
        path: null,
      });
      await endWell(claim, run, 'Completed, and stopped before it was enriched');
      return;
    }
    log.error({ sync: claim.sync.id, code: known.code, error }, known.message);
    const ending =
      known.code === 'CANCELLED'
        ? ({ happening: 'cancel', message: 'Cancelled', stats, warnings, failure: null } as const)
        : ({ happening: 'fail', message: known.message, stats, warnings, failure: known } as const);
    try {
      await endSync(database, claim, ending);
      await handOver(claim);
    } catch (cause) {
      log.error({ sync: claim.sync.id, error: cause }, 'The end of a sync could not be written.');
    }
  }

  /** A sync that ended meanwhile may show what this one wrote, and left it to this one to be embedded. */
  async function handOver({ sync: { projectId, id } }: Claim): Promise<void> {
    const [other] = await database.system.query(
      `SELECT FROM project_sync s JOIN project_sync o ON o.project_id = s.project_id AND o.finalized_at > s.started_at
        WHERE s.project_id = $1 AND s.id = $2 AND o.id <> s.id LIMIT 1`,
      [projectId, id],
    );
    if (other !== undefined) await jobs.send(EMBED_QUEUE, { projectId }, { key: projectId, afterSeconds: 1 });
  }

  async function statsOf({ sync }: Claim): Promise<ReturnType<typeof emptyStats>> {
    const [row] = await database.system.query<{ stats: ReturnType<typeof emptyStats> }>(
      'SELECT stats FROM project_sync WHERE project_id = $1 AND id = $2',
      [sync.projectId, sync.id],
    );
    return { ...emptyStats(), ...row?.stats };
  }

  /** Jobs can be lost with a crash; rows cannot. While something waits, or has lost its worker, somebody is woken. */
  async function reconcile(): Promise<void> {
    const rows = await database.system.query<{ project_id: string; id: string }>(
      `SELECT project_id, id FROM project_sync
        WHERE (status = 'QUEUED' AND queued_at < now() - interval '5 seconds') OR (status = 'RUNNING' AND lease_until < now())
        ORDER BY queued_at LIMIT 20`,
    );
    await Promise.all(
      rows.map(({ project_id: projectId, id: syncId }) =>
        jobs.send(SYNC_QUEUE, { projectId, syncId }, { key: syncId }),
      ),
    );
  }

  return {
    async start() {
      stopListening = await database.listen('project_sync_cancel', (syncId) =>
        running.get(syncId)?.abort(new SyncError('CANCELLED', 'It was cancelled.')),
      );
      await jobs.work(SYNC_QUEUE, options.concurrency, runNext);
      await reconcile();
      reconciling = setInterval(
        () =>
          void reconcile().catch((error: unknown) =>
            log.error({ error }, 'Syncs could not be looked through.'),
          ),
        RECONCILE_MS,
      );
    },
    async stop() {
      stopping = true;
      if (reconciling !== null) clearInterval(reconciling);
      await stopListening();
      for (const controller of running.values())
        controller.abort(new SyncError('INTERNAL', 'The worker is stopping.'));
      await jobs.stop();
      // What it held can be taken at once, not only when its lease has run out.
      await database.system.execute(
        `UPDATE project_sync SET lease_until = now() WHERE worker_id = $1 AND status = 'RUNNING'`,
        [worker],
      );
    },
  };
}
