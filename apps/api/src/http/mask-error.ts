import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { DbError, isDatabaseAway } from '@project-sync/db';
import { SyncError } from '@project-sync/sync';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { RETRY_AFTER } from './respond.ts';

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
    const stored = storeFailures[String(codeOf(original))];
    if (stored !== undefined) {
      log.warn({ error: original, code: stored.code }, 'The database refused a request.');
      return withCode(error, stored);
    }
    // The collector's number of the trace, where traces are exported, so that the two can be brought together.
    const traceId = trace.getActiveSpan()?.spanContext().traceId ?? randomUUID().replaceAll('-', '');
    if (isDatabaseAway(original)) {
      log.error({ trace: traceId, error: original }, 'The database does not answer.');
      // A 5xx status, so that monitoring notices and clients try again.
      return withCode(error, {
        code: 'DATABASE_UNAVAILABLE',
        message: 'The database does not answer. Try again in a moment.',
        extensions: { traceId, http: { status: 503, headers: { 'retry-after': RETRY_AFTER } } },
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

/** PostgreSQL's errors that a caller can understand. */
const storeFailures: Readonly<Record<string, Masked>> = {
  '53100': {
    code: 'STORE_FULL',
    message: 'The disk of the server is full, so nothing can be written. Try again when there is room.',
    extensions: { http: { status: 503, headers: { 'retry-after': RETRY_AFTER } } },
  },
  '57014': {
    code: 'ANSWER_TIMED_OUT',
    message: 'The database took too long for one of the questions. Ask for less at once.',
    extensions: {},
  },
  // A caller who loses their role while they write.
  '42501': {
    code: 'ACCESS_ENDED',
    message: 'You may not write this any more: your role in the project has changed. Ask an owner.',
    extensions: {},
  },
  '54000': {
    code: 'INVALID_CONTENT',
    message: 'This text has more different words than search can hold. Divide it.',
    extensions: {},
  },
};
const storeCodes = new RegExp(`\\b(${Object.keys(storeFailures).join('|')})\\b`);

/** The code of an error, or of the first of its causes that has one; Prisma keeps PostgreSQL's in `meta`. */
function codeOf(error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    const meta: unknown = Reflect.get(at, 'meta');
    const inner = storeCodes.exec(meta instanceof Object ? JSON.stringify(meta) : '')?.[1];
    if (inner !== undefined) return inner;
    const code: unknown = Reflect.get(at, 'code');
    if (typeof code === 'string' && Object.hasOwn(storeFailures, code)) return code;
  }
  return null;
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
