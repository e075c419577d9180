import { context, propagation, ROOT_CONTEXT, type Context } from '@opentelemetry/api';

/** The current trace as the header `traceparent` writes it; null outside of one. */
export function traceParent(): string | null {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers['traceparent'] ?? null;
}

/** The context of a trace that another process, or an earlier job, has begun. */
export function insideTrace(parent: string | null): Context {
  return parent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent: parent });
}
