import type { Failure } from '../graphql/failure.ts';
import type { Match } from '../text/fuzzy.ts';

/** What the page tells the finder's thread: which state to read, and what was typed. */
export type ToFinder = { kind: 'read'; sync: string } | { kind: 'ask'; query: string };

/** What it answers: that it can't read, or the best matches for what was typed last. */
export type FromFinder =
  { kind: 'failed'; failure: Failure } | { kind: 'found'; query: string; matches: readonly Match[] };
