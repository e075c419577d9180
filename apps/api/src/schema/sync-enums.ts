import { phases } from '@project-sync/sync';
import { builder } from './builder.ts';

export const SyncStatus = builder.enumType('SyncStatus', {
  description: 'Where a sync stands.',
  values: ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const,
});
export const SyncPhase = builder.enumType('SyncPhase', {
  description: 'What a sync does, in this order. Readers see the new snapshot from FINALIZE on.',
  values: phases,
});
export const SyncTrigger = builder.enumType('SyncTrigger', {
  description: 'What began a sync.',
  values: ['MANUAL', 'WEBHOOK', 'SCHEDULE', 'RESTORE'] as const,
});
export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'How a path differs.',
  values: ['ADDED', 'MODIFIED', 'REMOVED', 'RENAMED'] as const,
});
