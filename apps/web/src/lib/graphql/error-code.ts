import { graphql } from './graphql.ts';

/** A code of the API's errors, warnings and failed syncs. */
export type ErrorCode = ReturnType<typeof graphql.scalar<'ErrorCode'>>;

/** The app's own codes, beside the API's: no answer, an answer without data, nothing at an address, anything else. */
export type AppErrorCode = 'UNREACHABLE' | 'EMPTY' | 'NOT_FOUND' | 'UNKNOWN';

/** Looks a text up by a code that may be newer than this app. */
export function textFor<Text>(
  texts: Partial<Record<ErrorCode | AppErrorCode, Text>>,
  code: string,
): Text | undefined {
  return Object.entries(texts).find(([known]) => known === code)?.[1];
}
