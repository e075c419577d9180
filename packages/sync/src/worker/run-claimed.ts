import type { ContentReader } from '../ports/content-reader.ts';
import { EMBED_QUEUE, type JobQueue, type WorkerLog } from '../ports/job-queue.ts';
import type { Source } from '../ports/source.ts';
import type { Claim, Ending, SyncClaims } from '../ports/sync-claims.ts';
import type { SyncObserver } from '../ports/sync-observer.ts';
import { SyncError } from '../sync-error.ts';
import { syncProject } from '../sync-project.ts';
import { SyncRun, type Enrichment } from '../sync-run.ts';
import { judgeFailure } from './judge-failure.ts';
import type { Watchdog } from './watchdog.ts';

/** Two ends after a heartbeat, or six sooner ones, which a kill of the process explains as well. */
const MOST_DEATHS = 6;
/** How long a sync waits after the database became unreachable, in seconds. */
const GIVE_BACK_SECONDS = 2;

/** Opens the source of a repository. */
export type OpenSource = (repository: { projectId: string; repositoryId: string }) => Promise<Source>;

/** The dependencies and limits of a worker's runs. */
export interface RunParts {
  readonly claims: SyncClaims;
  readonly jobs: Pick<JobQueue, 'send'>;
  readonly openSource: OpenSource;
  readonly reader: ContentReader;
  readonly enrichments: readonly Enrichment[];
  readonly limits: { readonly maxTextBytes: number; readonly maxBinaryBytes: number };
  readonly log: WorkerLog;
  readonly observer?: SyncObserver;
  /** How often the lease is renewed and a cancel request is looked for, in milliseconds. */
  readonly beatMs: number;
}

/** Runs a claimed sync and writes its end. */
export async function runClaimed(parts: RunParts, claim: Claim, watchdog: Watchdog): Promise<void> {
  const { sync } = claim;
  const { observer } = parts;
  const opened: { source: Promise<Source> | null } = { source: null };
  const run = new SyncRun({
    store: parts.claims.store(claim, watchdog.signal),
    source: () => (opened.source ??= parts.openSource(sync)),
    reader: parts.reader,
    enrichments: parts.enrichments,
    limits: parts.limits,
    signal: watchdog.signal,
    now: Date.now,
    ...(observer === undefined ? {} : { watchPhase: (phase) => observer.phase(sync, phase) }),
  });
  watchdog.watch(run, parts.beatMs);
  try {
    refuseDeadly(claim);
    // The phases after FINALIZE look paths up among what was just written. The first of them does so before it says a word.
    const renewStatistics = () => parts.claims.renewStatistics(newRows(run));
    if (sync.finalized) Object.assign(run.stats, await parts.claims.stats(claim));
    if (sync.finalized && sync.phase === 'FINALIZE') await renewStatistics();
    for await (const { phase, progress, message } of syncProject(run)) {
      parts.log.info({ sync: sync.id, phase, progress }, message);
      if (phase === 'FINALIZE') await renewStatistics();
    }
    await complete({ parts, claim, run }, 'Completed');
  } catch (error) {
    const cause: unknown = watchdog.signal.aborted ? watchdog.signal.reason : error;
    await endFailed({ parts, claim, run, cause, released: watchdog.released });
  } finally {
    watchdog.stop();
    await opened.source?.then((source) => source.close()).catch(() => undefined);
  }
}

/**
 * Refuses to run a sync that has ended its process again and again at one place, as a file that exhausts the memory does:
 * a server that took it up at each start would never serve again.
 */
function refuseDeadly({ sync: { deaths, phase } }: Claim): void {
  if (deaths < MOST_DEATHS) return;
  throw new SyncError(
    'SYNC_SET_ASIDE',
    `The process ended while this sync was in ${phase}, more than once at the same place. It does not run again by itself: look at the log of the server, then start it again.`,
  );
}

/** About how many rows this sync wrote. The first one of a branch writes a row for each of its files. */
function newRows({ stats, store: { sync } }: SyncRun): number {
  const changed = stats.filesAdded + stats.filesModified + stats.filesRemoved + stats.entriesCreated;
  return sync.number === 1 ? stats.filesTotal + changed : changed;
}

interface Ended {
  readonly parts: RunParts;
  readonly claim: Claim;
  readonly run: SyncRun;
}

async function complete(ended: Ended, message: string): Promise<void> {
  const { claims, jobs } = ended.parts;
  const { warnings } = ended.run;
  await writeEnd(ended, { happening: 'complete', message, failure: null });
  await claims.renewStatistics(newRows(ended.run));
  const failed = warnings.some(({ code }) => code === 'EMBED_INCOMPLETE');
  if (failed || ended.run.leavesToEmbed) await embedLater(jobs, ended.claim, failed ? 15 : 1);
}

const results = { complete: 'completed', fail: 'failed', cancel: 'cancelled' } as const;

/** Writes the end of a sync, and reports it unless another worker has claimed the sync. */
async function writeEnd(
  { parts: { claims, observer }, claim, run: { stats, warnings, startedAt } }: Ended,
  end: Pick<Ending, 'happening' | 'message' | 'failure'>,
): Promise<void> {
  const isWritten = await claims.end(claim, { ...end, stats, warnings });
  if (!isWritten) return;
  observer?.ended(claim.sync, {
    result: results[end.happening],
    code: end.failure?.code ?? (end.happening === 'cancel' ? 'CANCELLED' : null),
    milliseconds: claim.sync.origin.ranMs + Date.now() - startedAt,
    stats,
    warnings: warnings.length,
  });
}

async function embedLater(jobs: RunParts['jobs'], { sync }: Claim, afterSeconds: number): Promise<void> {
  const { projectId } = sync;
  await jobs.send(EMBED_QUEUE, { projectId }, { key: projectId, afterSeconds });
}

interface Failed extends Ended {
  readonly cause: unknown;
  readonly released: boolean;
}

async function endFailed({ cause, released, ...ended }: Failed): Promise<void> {
  const { parts, claim, run } = ended;
  const { claims, log } = parts;
  const { id, attempts, finalized } = claim.sync;
  const failure = failureOf(claims, cause);
  const verdict = judgeFailure({
    failure,
    // A sync that is set aside has not begun a phase of its own.
    phase: failure.code === 'SYNC_SET_ASIDE' ? claim.sync.phase : run.phase,
    attempts,
    finalized: finalized || run.finalized,
    released,
  });
  const context = { sync: id, code: failure.code, error: cause };
  switch (verdict.kind) {
    case 'leave':
      return;
    case 'give back':
      log.error(context, 'The database became unreachable; the sync goes on when it is back.');
      // If even this does not reach the database, the lease runs out by itself.
      await claims.giveBack(claim, GIVE_BACK_SECONDS).catch(() => undefined);
      return;
    case 'complete':
      run.warn(verdict.warning);
      return complete(ended, 'Completed without its enrichments');
    case 'end':
      log.error(context, failure.message);
      try {
        const { happening, message, failure: ending } = verdict;
        await writeEnd(ended, { happening, message, failure: ending });
        // A sync that ended meanwhile may show passages that this one wrote and did not embed.
        if (await claims.overlapped(claim)) await embedLater(parts.jobs, claim, 1);
      } catch (error) {
        log.error({ sync: id, error }, 'The end of a sync could not be written.');
      }
  }
}

function failureOf(claims: SyncClaims, error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  const message = 'An unexpected error occurred. See the server log for details.';
  return (
    claims.storageFailure(error) ?? new SyncError('INTERNAL', message, { retryable: true, cause: error })
  );
}
