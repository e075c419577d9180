import { phases, type ClaimedSync, type SyncEnd, type SyncPhase } from '@project-sync/sync';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Counts the syncs that the workers of this process run. */
export interface SyncMetrics {
  /** A run begins; the function it returns is called at its end. */
  began(sync: ClaimedSync): () => void;
  phaseEnded(phase: SyncPhase, seconds: number, failed: boolean): void;
  ended(sync: ClaimedSync, end: SyncEnd): void;
}

const triggers = ['MANUAL', 'WEBHOOK', 'SCHEDULE', 'RESTORE'];
const results = ['completed', 'failed', 'cancelled'];

/** Registers the metrics of syncs. */
export function syncMetrics(registry: Registry): SyncMetrics {
  const registers = [registry];
  const all = new Counter({
    name: 'project_sync_syncs_total',
    help: 'Syncs that ended in this process, by what started them and how they ended.',
    labelNames: ['trigger', 'result'],
    registers,
  });
  // From 0 on, so that the first failure is an increase.
  for (const trigger of triggers) for (const result of results) all.inc({ trigger, result }, 0);
  const failures = new Counter({
    name: 'project_sync_sync_failures_total',
    help: 'Failed syncs by the code of their failure.',
    labelNames: ['code'],
    registers,
  });
  const durations = new Histogram({
    name: 'project_sync_sync_duration_seconds',
    help: 'Time from the first worker of a sync to its end.',
    labelNames: ['result'],
    buckets: [0.5, 2, 10, 30, 60, 300, 900, 3600],
    registers,
  });
  const waits = new Histogram({
    name: 'project_sync_sync_wait_seconds',
    help: 'Time that a sync waited for its first worker.',
    buckets: [0.1, 0.5, 2, 10, 30, 60, 300, 1800],
    registers,
  });
  const files = new Counter({
    name: 'project_sync_sync_files_total',
    help: 'Files that syncs found changed.',
    labelNames: ['change'],
    registers,
  });
  const inProgress = new Gauge({
    name: 'project_sync_syncs_in_progress',
    help: 'Syncs that this process runs now.',
    registers,
  });
  return {
    began({ origin }) {
      if (origin.ranMs === 0) waits.observe(origin.waitedMs / 1000);
      inProgress.inc();
      return () => inProgress.dec();
    },
    phaseEnded: phaseMetrics(registry),
    ended({ origin: { trigger } }, { result, code, milliseconds, stats }) {
      all.inc({ trigger, result });
      durations.observe({ result }, milliseconds / 1000);
      if (result === 'failed') failures.inc({ code: code ?? 'INTERNAL' });
      files.inc({ change: 'added' }, stats.filesAdded);
      files.inc({ change: 'modified' }, stats.filesModified);
      files.inc({ change: 'removed' }, stats.filesRemoved);
    },
  };
}

function phaseMetrics(registry: Registry): SyncMetrics['phaseEnded'] {
  const registers = [registry];
  const durations = new Histogram({
    name: 'project_sync_sync_phase_duration_seconds',
    help: 'Time of the phases of syncs.',
    labelNames: ['phase'],
    buckets: [0.05, 0.25, 1, 5, 15, 60, 300, 1800],
    registers,
  });
  const failures = new Counter({
    name: 'project_sync_sync_phase_failures_total',
    help: 'Phases that failed. A phase after FINALIZE leaves a warning, and its sync completes.',
    labelNames: ['phase'],
    registers,
  });
  for (const phase of phases) failures.inc({ phase }, 0);
  return (phase, seconds, failed) => {
    durations.observe({ phase }, seconds);
    if (failed) failures.inc({ phase });
  };
}
