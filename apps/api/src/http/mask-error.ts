import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { DbError, isDatabaseAway } from '@project-sync/db';
import { SyncError } from '@project-sync/sync';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';

/** Passes on errors meant for the caller. Any other error is logged under a trace ID, which the caller gets instead. */
export function maskError(log: Logger): (error: unknown) => Error {
  return (error) => {
    const original = error instanceof GraphQLError ? error.originalError : error;
    if (
      error instanceof GraphQLError &&
      (original === undefined || original === null || original instanceof GraphQLError)
    )
      return error.extensions['code'] === undefined
        ? withCode(error, { code: 'BAD_USER_INPUT', message: error.message })
        : error;
    if (original instanceof SyncError)
      return withCode(error, { code: original.code, message: original.message });
    if (original instanceof DbError && original.code === 'PATTERN_TIMED_OUT')
      return withCode(error, { code: original.code, message: original.message });
    // The collector's number of the trace, where traces are exported, so that the two can be brought together.
    const traceId = trace.getActiveSpan()?.spanContext().traceId ?? randomUUID();
    if (isDatabaseAway(original)) {
      log.error({ trace: traceId, error: original }, 'The database does not answer.');
      // A 5xx status, so that monitoring notices and clients try again.
      return withCode(error, {
        code: 'DATABASE_UNAVAILABLE',
        message: 'The database does not answer. Try again in a moment.',
        extensions: { traceId, http: { status: 503 } },
      });
    }
    log.error({ trace: traceId, error: original }, 'A request failed unexpectedly.');
    return withCode(error, {
      code: 'INTERNAL',
      message: `An unexpected error occurred. Give the operator this trace ID: ${traceId}.`,
      extensions: { traceId },
    });
  };
}

interface Masked {
  readonly code: string;
  readonly message: string;
  readonly extensions?: Record<string, unknown>;
}

function withCode(error: unknown, { code, message, extensions = {} }: Masked): GraphQLError {
  const known = error instanceof GraphQLError ? error : null;
  return new GraphQLError(message, {
    nodes: known?.nodes,
    source: known?.source,
    positions: known?.positions,
    path: known?.path,
    extensions: { ...known?.extensions, ...extensions, code },
  });
}
