import type { CombinedError } from '@urql/core';

/** What a page tells about something that went wrong: what, why, what to do, and the id under which the server logged it. */
export interface Failure {
  code: string;
  message: string;
  traceId?: string;
}

/** Reads a failed answer: a server that can't be reached, or the first error that it gave. */
export function failureOf(error: CombinedError): Failure {
  if (error.networkError !== undefined && error.graphQLErrors.length === 0) {
    return { code: 'UNREACHABLE', message: error.networkError.message };
  }
  const first = error.graphQLErrors[0];
  const extensions = first?.extensions ?? {};
  const failure: Failure = {
    code: text(extensions['code']) ?? 'UNKNOWN',
    message: first?.message ?? error.message,
  };
  const traceId = text(extensions['traceId']);
  return traceId === undefined ? failure : { ...failure, traceId };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
