import { neighbourKeys, featuresOf, readStatements, type Statement } from '@project-sync/knowledge';
import type { NewStatement, ToldPassage, ToldSource } from '../../ports/consolidation-store.ts';

/** How many statements after a pain a solution may stand to answer it without a common word. */
const NEAR = 3;

/** Reads the statements of sources from their passages. */
export function readTold(passages: readonly ToldPassage[], sources: readonly ToldSource[]): NewStatement[] {
  const dates = new Map(sources.map(({ source, writtenAt }) => [source, writtenAt]));
  return [...Map.groupBy(passages, ({ source }) => source)].flatMap(([source, own]) =>
    statementsOf(own).map(({ statement, entryId, answers }, ordinal) => ({
      source,
      ordinal,
      entryId,
      key: statement.key,
      quote: statement.quote,
      category: statement.category,
      writtenAt: dates.get(source) ?? '',
      answers,
      neighbourKeys: neighbourKeys(featuresOf(statement.quote)),
    })),
  );
}

interface Placed {
  readonly statement: Statement;
  readonly entryId: bigint;
}

function statementsOf(
  passages: readonly ToldPassage[],
): (Placed & { readonly answers: readonly string[] })[] {
  const placed = passages.flatMap(({ text, titles, entryId, isDecision }) =>
    readStatements({ text, titles, otherwise: isDecision ? 'decision' : null }).map((statement): Placed => ({
      statement,
      entryId,
    })),
  );
  return placed.map((one, at) => ({ ...one, answers: answersTo(placed, at) }));
}

/** The solutions that follow a pain before the next pain does. */
function answersTo(placed: readonly Placed[], at: number): string[] {
  if (placed[at]?.statement.category !== 'pain') return [];
  const after = placed.slice(at + 1, at + 1 + NEAR).map(({ statement }) => statement);
  const nextPain = after.findIndex(({ category }) => category === 'pain');
  return after
    .slice(0, nextPain < 0 ? after.length : nextPain)
    .filter(({ category }) => category === 'solution')
    .map(({ key }) => key);
}
