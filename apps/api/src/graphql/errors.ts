import { GraphQLError } from 'graphql';
import type { ErrorCode } from './error-code.ts';

/** A top-level error with its code, and with an HTTP status where there is a fitting one. */
export function apiError(code: ErrorCode, message: string, status?: number): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, ...(status === undefined ? {} : { http: { status } }) },
  });
}
