import { randomUUID } from 'node:crypto';
import { SyncError } from '@project-sync/sync';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';

/** Lets through what was meant for the caller; anything else becomes a number under which the log has it. */
export function maskError(log: Logger): (error: unknown) => Error {
  return (error) => {
    const original = error instanceof GraphQLError ? error.originalError : error;
    if (
      error instanceof GraphQLError &&
      (original === undefined || original === null || original instanceof GraphQLError)
    ) {
      return error.extensions['code'] === undefined
        ? withCode(error, 'BAD_USER_INPUT', error.message)
        : error;
    }
    if (original instanceof SyncError) return withCode(error, original.code, original.message);
    const trace = randomUUID();
    log.error({ trace, error: original }, 'A request failed unexpectedly.');
    return withCode(
      error,
      'INTERNAL',
      `Something unexpected went wrong. Tell the operator this number: ${trace}.`,
      { traceId: trace },
    );
  };
}

function withCode(
  error: unknown,
  code: string,
  message: string,
  more: Record<string, unknown> = {},
): GraphQLError {
  const known = error instanceof GraphQLError ? error : null;
  return new GraphQLError(message, {
    nodes: known?.nodes,
    source: known?.source,
    positions: known?.positions,
    path: known?.path,
    extensions: { ...known?.extensions, ...more, code },
  });
}
