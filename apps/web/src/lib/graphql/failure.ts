import type { CombinedError } from '@urql/core';

/** A failure to show: its code, the server's message, and the trace ID under which the server logged it. */
export interface Failure {
  code: string;
  message: string;
  traceId?: string;
}

/** The failure in an answer: the server cannot be reached, or the first error it returned. */
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
