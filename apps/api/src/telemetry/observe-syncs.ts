import { context, SpanKind, trace } from '@opentelemetry/api';
import type { ClaimedSync, SyncEnd, SyncObserver } from '@project-sync/sync';
import type { Logger } from 'pino';
import type { SyncMetrics } from './metrics/sync-metrics.ts';
import { insideTrace } from './trace-parent.ts';
import { traced } from './traced.ts';
import { watchSpan } from './watch-span.ts';

/** Follows the syncs of a worker: one span and one line in the log for each, a span for each phase, and the metrics. */
export function observeSyncs(log: Logger, metrics: SyncMetrics): SyncObserver {
  return {
    async around(sync, run) {
      const over = metrics.began(sync);
      try {
        await context.with(insideTrace(sync.origin.traceParent), async () => {
          spanOfWait(sync);
          await traced({ name: 'sync', kind: SpanKind.CONSUMER }, attributesOf(sync), run);
        });
      } finally {
        over();
      }
    },
    phase: (_sync, phase) =>
      watchSpan({
        name: `phase ${phase}`,
        attributes: { 'project_sync.phase': phase },
        ended: (seconds, failed) => metrics.phaseEnded(phase, seconds, failed),
      }),
    ended(sync, end) {
      metrics.ended(sync, end);
      trace.getActiveSpan()?.setAttributes({ 'project_sync.result': end.result });
      const line = lineOf(sync, end);
      if (end.result === 'failed') log.warn(...line);
      else log.info(...line);
    },
  };
}

/** The time in the queue, which no process watched, as a span of its own. A later worker adds none. */
function spanOfWait({ id, origin }: ClaimedSync): void {
  if (origin.ranMs > 0) return;
  const now = Date.now();
  trace
    .getTracer('project-sync')
    .startSpan('queue sync', { startTime: now - origin.waitedMs, attributes: { 'project_sync.sync': id } })
    .end(now);
}

function attributesOf({ id, projectId, branch, origin }: ClaimedSync) {
  return {
    'project_sync.sync': id,
    'project_sync.project_id': projectId,
    'project_sync.project': origin.project,
    'project_sync.repository': origin.repository,
    'project_sync.branch': branch,
    'project_sync.trigger': origin.trigger,
  };
}

/** One line says all of a sync, so that a log can be searched without joining lines. */
function lineOf(
  sync: ClaimedSync,
  { result, code, milliseconds, stats, warnings }: SyncEnd,
): [object, string] {
  const { id, branch, attempts, origin } = sync;
  const { project, ordinal, repository, trigger, waitedMs } = origin;
  const seconds = Math.round(milliseconds) / 1000;
  return [
    {
      event: 'sync_ended',
      sync: id,
      number: ordinal,
      project,
      repository,
      branch,
      trigger,
      result,
      code,
      seconds,
      waitedSeconds: Math.round(waitedMs) / 1000,
      attempts,
      files: {
        total: stats.filesTotal,
        added: stats.filesAdded,
        modified: stats.filesModified,
        removed: stats.filesRemoved,
      },
      embeddings: { computed: stats.embeddingsComputed, reused: stats.embeddingsReused },
      sourceRequests: stats.sourceRequests,
      warnings,
      trace: trace.getActiveSpan()?.spanContext().traceId ?? null,
    },
    `The sync of ${repository}, branch ${branch}, ${result === 'cancelled' ? 'was cancelled' : result} after ${seconds} s`,
  ];
}
