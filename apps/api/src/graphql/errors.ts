import { GraphQLError } from 'graphql';

/** An error of a whole request, with a code that programs branch on, and a status where HTTP has one for it. */
export function apiError(code: string, message: string, status?: number): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, ...(status === undefined ? {} : { http: { status } }) },
  });
}
