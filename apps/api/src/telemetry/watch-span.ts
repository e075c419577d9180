import { context, SpanKind, trace, type Attributes, type Context } from '@opentelemetry/api';
import type { PhaseWatch } from '@project-sync/sync';
import { fail } from './traced.ts';

/** The span of work in steps, and what is measured at its end. */
export interface WatchedSpan {
  readonly name: string;
  readonly attributes: Attributes;
  readonly kind?: SpanKind;
  readonly ended?: (seconds: number, failed: boolean) => void;
}

/** Watches work in steps with a span: what a step begins is its child. */
export function watchSpan({ name, attributes, kind = SpanKind.INTERNAL, ended }: WatchedSpan): PhaseWatch {
  const span = trace.getTracer('project-sync').startSpan(name, { attributes, kind });
  const inside: Context = trace.setSpan(context.active(), span);
  const started = performance.now();
  return {
    step: (work) => context.with(inside, work),
    ended(error) {
      ended?.((performance.now() - started) / 1000, error !== undefined);
      if (error !== undefined) fail(span, error);
      span.end();
    },
  };
}
