import { GraphQLError } from 'graphql';

/** An error of a whole request, with a code that programs branch on. */
export function apiError(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
