import type { ClaimedSync } from '../ports/sync-store.ts';

/** A sync as a worker holds it: the first of branch `main`, claimed for the first time. */
export function claimedSync(differing: Partial<ClaimedSync> = {}): ClaimedSync {
  return {
    projectId: 'p',
    id: 's',
    repositoryId: 'r',
    branchId: 'b',
    branch: 'main',
    full: false,
    restoredNumber: null,
    number: 1,
    finalized: false,
    attempts: 1,
    deaths: 0,
    phase: 'PREPARE',
    ignoreRules: { text: '', version: 0 },
    readBy: { split: 1, redaction: 1 },
    origin: {
      requestedBy: null,
      project: 'p',
      repository: 'r',
      ordinal: 1,
      trigger: 'MANUAL',
      traceParent: null,
      waitedMs: 0,
      ranMs: 0,
    },
    ...differing,
  };
}
