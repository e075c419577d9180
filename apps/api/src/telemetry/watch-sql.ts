import { SpanKind, trace } from '@opentelemetry/api';
import { statementName, type WatchStatement } from '@project-sync/db';
import type { DatabaseMetrics } from './metrics/database-metrics.ts';
import { fail } from './traced.ts';

/**
 * Measures statements, and gives each a span below the span of its request or sync. Other statements, such as a worker that
 * looks for work, would be traces of their own, without a reader. Texts and parameters are not exported.
 */
export function watchSql(metrics: DatabaseMetrics): WatchStatement {
  return (text) => {
    const started = performance.now();
    const isTraced = trace.getActiveSpan()?.isRecording() === true;
    const span = isTraced
      ? trace.getTracer('project-sync').startSpan(statementName(text), {
          kind: SpanKind.CLIENT,
          attributes: { 'db.system.name': 'postgresql' },
        })
      : null;
    let isOver = false;
    return (error) => {
      if (isOver) return;
      isOver = true;
      metrics.statementEnded((performance.now() - started) / 1000, error !== undefined);
      if (span === null) return;
      if (error !== undefined) fail(span, error);
      span.end();
    };
  };
}
