import { incompleteWarning } from '../incomplete-warning.ts';
import type { Ending } from '../ports/sync-claims.ts';
import type { SyncError } from '../sync-error.ts';
import type { SyncPhase } from '../sync-state.ts';
import type { SyncWarning } from '../sync-stats.ts';

/** A sync goes on by itself this many times after the database became unreachable during it. */
const MAX_ATTEMPTS = 8;

/** The facts that decide what becomes of a sync whose run failed. */
export interface FailedRun {
  readonly failure: SyncError;
  readonly phase: SyncPhase;
  readonly attempts: number;
  readonly finalized: boolean;
  /** The worker is stopping. */
  readonly released: boolean;
}

/** The consequence of a failed run. */
export type Verdict =
  /** Another worker has the sync, or will claim it. */
  | { readonly kind: 'leave' }
  /** It goes on a little later, here or elsewhere. */
  | { readonly kind: 'give back' }
  /** Its snapshot is visible, so it completes with a warning. */
  | { readonly kind: 'complete'; readonly warning: SyncWarning }
  | {
      readonly kind: 'end';
      readonly happening: Extract<Ending['happening'], 'fail' | 'cancel'>;
      readonly message: string;
      readonly failure: SyncError | null;
    };

/** Decides what becomes of a sync whose run failed. */
export function judgeFailure({ failure, phase, attempts, finalized, released }: FailedRun): Verdict {
  const { code } = failure;
  if (code === 'LEASE_LOST' || (released && code === 'INTERNAL')) return { kind: 'leave' };
  if (code === 'STORE_UNAVAILABLE' && attempts < MAX_ATTEMPTS) return { kind: 'give back' };
  const cancelled = code === 'CANCELLED';
  if (finalized) {
    const message = 'It was cancelled after its snapshot became visible; the next sync does the rest.';
    return {
      kind: 'complete',
      warning: cancelled
        ? { code: `${phase}_CANCELLED`, message, path: null }
        : incompleteWarning(phase, failure.message),
    };
  }
  return cancelled
    ? { kind: 'end', happening: 'cancel', message: 'Cancelled', failure: null }
    : { kind: 'end', happening: 'fail', message: failure.message, failure };
}
