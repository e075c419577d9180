import { matchRanges, nameKey, type ReadQuestion, type TextRange } from '@project-sync/knowledge';

const LINES = 6;
const LONGEST = 240;

/** The lines of an entry that match a question best. */
export interface Snippet {
  readonly text: string;
  /** How many lines of the entry stand before it. */
  readonly before: number;
  readonly highlights: readonly TextRange[];
}

/** Chooses the lines that hold most of what a question asks for, in their order, and marks what matches. */
export function snippetOf(content: string, question: ReadQuestion): Snippet {
  const lines = content.split('\n');
  const words = new Set(question.words.map(({ word }) => word));
  const names = question.names.map(nameKey).filter((key) => key.length > 2);
  const scores = lines.map((line) => lineScore(line, words, names));
  let best = 0;
  let bestScore = -1;
  for (let start = 0; start < lines.length; start += 1) {
    const score = scores.slice(start, start + LINES).reduce((sum, value) => sum + value, 0);
    if (score > bestScore) [best, bestScore] = [start, score];
  }
  const text = lines
    .slice(best, best + LINES)
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line))
    .join('\n')
    .trimEnd();
  return { text, before: best, highlights: matchRanges(text, words) };
}

function lineScore(line: string, words: ReadonlySet<string>, names: readonly string[]): number {
  const matched = new Set(
    matchRanges(line, words).map(({ start, end }) => line.slice(start, end).toLowerCase()),
  );
  const named = names.length > 0 && names.some((name) => nameKey(line).includes(name)) ? 12 : 0;
  return named + [...matched].reduce((sum, word) => sum + word.length, 0);
}
