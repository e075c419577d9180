export const phases = [
  'PREPARE',
  'SCAN',
  'IMPORT',
  'FINALIZE',
  'ANALYZE',
  'DOCUMENT',
  'CONSOLIDATE',
  'AXIOM',
  'EMBED',
] as const;
export const activeStatuses = ['QUEUED', 'RUNNING'] as const;
export const endedStatuses = ['COMPLETED', 'FAILED', 'CANCELLED'] as const;
