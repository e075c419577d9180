import type { MeasuredSync } from '@project-sync/db';

/** The work of a sync that has not run; null where the source does not tell all sizes before. */
export interface ExpectedWork {
  readonly contents: number;
  readonly tokens: number | null;
}

/**
 * The seconds that a sync should take by what others took: the middle of their paces, since one of them may have waited for
 * its source. Null where none was measured.
 */
export function expectedSeconds(
  { contents, tokens }: ExpectedWork,
  measured: readonly MeasuredSync[],
): number | null {
  const expected = measured
    .map((one) => {
      const ofContents = contents / one.contents;
      const ofTokens = tokens === null || one.tokens === 0 ? ofContents : tokens / one.tokens;
      return one.seconds * ofContents + one.embedSeconds * ofTokens;
    })
    .toSorted((a, b) => a - b);
  return expected[(expected.length - 1) >> 1] ?? null;
}
