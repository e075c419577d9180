import type { Failure } from '../graphql/failure.ts';
import type { Match } from '../text/fuzzy.ts';

/** A message to the finder's worker: the sync whose paths to read, or the text that was typed. */
export type ToFinder = { kind: 'read'; sync: string } | { kind: 'ask'; query: string };

/** Its answer: a failure to read, or the best matches for the last text. */
export type FromFinder =
  { kind: 'failed'; failure: Failure } | { kind: 'found'; query: string; matches: readonly Match[] };
