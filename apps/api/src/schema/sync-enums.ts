import type { phases } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';

const describedPhases = {
  PREPARE: { description: 'First phase: asks the source for the head of the branch.' },
  SCAN: { description: 'Second phase: finds the paths that differ from the stored state.' },
  IMPORT: { description: 'Third phase: fetches and splits the contents that are not stored yet.' },
  FINALIZE: {
    description: 'Fourth phase: makes the new snapshot visible to readers, whole and in one transaction.',
  },
  ANALYZE: { description: 'After FINALIZE: looks for patterns in the code that changed.' },
  DOCUMENT: { description: 'After FINALIZE: writes documents about the code that changed.' },
  CONSOLIDATE: { description: 'After FINALIZE: merges findings of several syncs into insights.' },
  AXIOM: { description: 'After FINALIZE: updates the documents of the knowledge base.' },
  EMBED: { description: 'Last phase: computes vectors for the passages that have none.' },
} as const satisfies Record<(typeof phases)[number], { description: string }>;

export const SyncStatus = builder.enumType('SyncStatus', {
  description: 'The status of a sync: QUEUED and RUNNING syncs are active, the others have ended.',
  values: {
    QUEUED: { description: 'The sync waits for a worker.' },
    RUNNING: { description: 'A worker is running the sync.' },
    COMPLETED: { description: 'The sync succeeded; its warnings list what was skipped.' },
    FAILED: {
      description: 'The sync ended with an error, given by `failure`. Readers see the snapshot before it.',
    },
    CANCELLED: { description: 'A user or program stopped the sync. Readers see the snapshot before it.' },
  },
});
export const SyncPhase = builder.enumType('SyncPhase', {
  description:
    'A step of a sync. PREPARE, SCAN, IMPORT and FINALIZE run first, in this order; readers see the new snapshot from FINALIZE on.',
  values: describedPhases,
});
export const SyncTrigger = builder.enumType('SyncTrigger', {
  description: 'The reason a sync was started.',
  values: {
    MANUAL: { description: 'A user or program asked for the sync.' },
    WEBHOOK: { description: 'The source reported a push.' },
    SCHEDULE: { description: 'The regular check of tracked branches found a new commit.' },
    RESTORE: { description: 'A user or program restored an earlier snapshot.' },
  },
});
