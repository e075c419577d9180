import {
  definitionRow,
  matchRanges,
  nameKey,
  type ReadQuestion,
  type TextRange,
} from '@project-sync/knowledge';

const LINES = 6;
const LONGEST = 240;

/** The lines of an entry that match a question best. */
export interface Snippet {
  readonly text: string;
  /** How many lines of the entry stand before it. */
  readonly before: number;
  readonly highlights: readonly TextRange[];
}

/** A text, and the question that its snippet answers. */
interface SnippetOf {
  readonly content: string;
  readonly question: ReadQuestion;
  /** The definition that the question names; null where it names none. */
  readonly named: string | null;
}

/**
 * Chooses the lines that hold most of what a question asks for, in their order, and marks what matches. A name that is asked for
 * shows the line where it is defined: first where the question is nothing but the name.
 */
export function snippetOf({ content, question, named }: SnippetOf): Snippet {
  const lines = content.split('\n');
  const words = new Set(question.words.map(({ word }) => word));
  const row = named === null ? null : definitionRow(lines, named);
  const best = row !== null && question.isName ? row : bestStart(lines, { words, question, row });
  const text = lines
    .slice(best, best + LINES)
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line))
    .join('\n')
    .trimEnd();
  return { text, before: best, highlights: matchRanges(text, words) };
}

/** The first row of the lines that say most, among those that include the given row. */
function bestStart(
  lines: readonly string[],
  {
    words,
    question,
    row,
  }: {
    readonly words: ReadonlySet<string>;
    readonly question: ReadQuestion;
    readonly row: number | null;
  },
): number {
  const names = question.names.map(nameKey).filter((key) => key.length > 2);
  const scores = lines.map((line) => lineScore(line, words, names));
  const last = row ?? lines.length - 1;
  let best = row ?? 0;
  let bestScore = -1;
  for (let start = row === null ? 0 : Math.max(0, row - LINES + 1); start <= last; start += 1) {
    const score = scores.slice(start, start + LINES).reduce((sum, value) => sum + value, 0);
    if (score > bestScore) [best, bestScore] = [start, score];
  }
  return best;
}

function lineScore(line: string, words: ReadonlySet<string>, names: readonly string[]): number {
  const matched = new Set(
    matchRanges(line, words).map(({ start, end }) => line.slice(start, end).toLowerCase()),
  );
  const named = names.length > 0 && names.some((name) => nameKey(line).includes(name)) ? 12 : 0;
  return named + [...matched].reduce((sum, word) => sum + word.length, 0);
}
