import type { SyncPhase } from './sync-state.ts';
import type { SyncWarning } from './sync-stats.ts';

/** The warning of a sync whose snapshot is visible and whose enrichment failed: what happened, and what continues it. */
export function incompleteWarning(phase: SyncPhase, reason: string): SyncWarning {
  // Only embedding has a job of its own; everything else waits for the branch's next sync.
  const remedy = phase === 'EMBED' ? 'It is retried automatically' : 'The next sync retries it';
  return {
    code: `${phase}_INCOMPLETE`,
    message: `${reason} ${remedy}; files and keyword search are complete.`,
    path: null,
  };
}
