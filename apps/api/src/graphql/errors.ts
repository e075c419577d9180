import { GraphQLError } from 'graphql';
import type { ErrorCode } from './error-code.ts';

/** An error of a whole request, with a code that programs branch on, and a status where HTTP has one for it. */
export function apiError(code: ErrorCode, message: string, status?: number): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, ...(status === undefined ? {} : { http: { status } }) },
  });
}
