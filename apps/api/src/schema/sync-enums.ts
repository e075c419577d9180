import type { phases } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';

/** Each phase must say what it does, in the order in which they run. */
const described = {
  PREPARE: { description: 'Asks the source where the branch stands.' },
  SCAN: { description: 'Finds what differs from what is kept.' },
  IMPORT: { description: 'Fetches contents that are not held yet, and splits them.' },
  FINALIZE: { description: 'Makes the new snapshot visible, whole.' },
  ANALYZE: { description: 'Looks for patterns in what changed.' },
  DOCUMENT: { description: 'Writes documents about what changed.' },
  CONSOLIDATE: { description: 'Brings what was found together.' },
  AXIOM: { description: 'Renews the knowledge base.' },
  EMBED: { description: 'Computes vectors for what has none.' },
} as const satisfies Record<(typeof phases)[number], { description: string }>;

export const SyncStatus = builder.enumType('SyncStatus', {
  description: 'Where a sync stands.',
  values: {
    QUEUED: { description: 'It waits for a worker.' },
    RUNNING: { description: 'A worker is at it.' },
    COMPLETED: { description: 'It has done all that it should; its warnings tell what was left out.' },
    FAILED: {
      description: 'It ended without its aim; `failure` tells why, and readers see what they saw before.',
    },
    CANCELLED: { description: 'Somebody stopped it; readers see what they saw before.' },
  },
});
export const SyncPhase = builder.enumType('SyncPhase', {
  description: 'What a sync does, in this order. Readers see the new snapshot from FINALIZE on.',
  values: described,
});
export const SyncTrigger = builder.enumType('SyncTrigger', {
  description: 'What began a sync.',
  values: {
    MANUAL: { description: 'Somebody asked for it, or a program did.' },
    WEBHOOK: { description: 'The source told of a push.' },
    SCHEDULE: { description: 'It was time to look.' },
    RESTORE: { description: 'An earlier state was brought back.' },
  },
});
export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'How a path differs.',
  values: {
    ADDED: { description: 'The path is new.' },
    MODIFIED: { description: 'Its content or its mode is another.' },
    REMOVED: { description: 'The path is gone.' },
    RENAMED: { description: 'It stood elsewhere before, with the same or nearly the same content.' },
  },
});
