import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
} from '@opentelemetry/api';

const tracer = () => trace.getTracer('project-sync');

/** The name of a span that is not internal, and its kind. */
export interface SpanName {
  readonly name: string;
  readonly kind: SpanKind;
}

/** Runs work in a span; spans of the work are its children. Nothing is recorded unless traces are exported. */
export function traced<T>(
  named: string | SpanName,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const { name, kind } = typeof named === 'string' ? { name: named, kind: SpanKind.INTERNAL } : named;
  return tracer().startActiveSpan(name, { attributes, kind }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Answers a request in a span that ends with the response. Its parent is the sender's span, if the request names one. */
export function tracedRequest(
  { request, response, route }: { request: IncomingMessage; response: ServerResponse; route: string },
  answer: () => unknown,
): unknown {
  const { method = 'GET', headers } = request;
  const attributes = { 'http.request.method': method, 'http.route': route };
  const options = { kind: SpanKind.SERVER, attributes };
  const sender = propagation.extract(context.active(), headers);
  return tracer().startActiveSpan(`${method} ${route}`, options, sender, (span) => {
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    return answer();
  });
}

/** Wraps a worker's log so that each line is also an event of the current span. */
export function logToSpan(log: SyncLog): SyncLog {
  return {
    info(fields, message) {
      trace.getActiveSpan()?.addEvent(message, attributesOf(fields));
      log.info(fields, message);
    },
    error(fields, message) {
      const span = trace.getActiveSpan();
      if (span !== undefined) fail(span, Reflect.get(fields, 'error') ?? message);
      log.error(fields, message);
    },
  };
}

interface SyncLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Marks a span as failed. */
export function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function attributesOf(fields: object): Attributes {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
    ),
  );
}
