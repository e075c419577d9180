import { randomBytes } from 'node:crypto';
import {
  context,
  propagation,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/**
 * Follows traces without recording them, for a process without a collector: a request, the sync it asks for and their lines
 * in the logs of all processes then still share one trace ID, which is the sender's where it sends one.
 */
export function followTraces(): () => void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider({ getTracer: () => new FollowingTracer() });
  return () => {
    for (const api of [trace, context, propagation]) api.disable();
  };
}

class FollowingTracer implements Tracer {
  startSpan(_name: string, options?: SpanOptions, parent: Context = context.active()): Span {
    const above = options?.root === true ? undefined : trace.getSpanContext(parent);
    return trace.wrapSpanContext({
      traceId: above?.traceId ?? randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      traceFlags: TraceFlags.NONE,
    });
  }

  startActiveSpan<Work extends (span: Span) => unknown>(
    name: string,
    ...given: [Work] | [SpanOptions, Work] | [SpanOptions, Context, Work]
  ): ReturnType<Work> {
    const work = given.at(-1) as Work;
    const options = given.length > 1 ? (given[0] as SpanOptions) : {};
    const parent = given.length > 2 ? (given[1] as Context) : context.active();
    const span = this.startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), () => work(span)) as ReturnType<Work>;
  }
}
