import { createHash } from 'node:crypto';
import { codeWords } from './code-words.ts';
import { redact } from './redact.ts';

/** Raised when the same text would be split otherwise. */
export const SPLIT_VERSION = 2;

/** One piece of what a content says. */
export interface SplitEntry {
  readonly kind: 'CODE' | 'DOC' | 'LETTER';
  readonly title: string;
  readonly symbol: string | null;
  readonly parents: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
  readonly hash: string;
  readonly tokens: number;
  readonly words: string;
  readonly date?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** A run of lines that belong together. Rows count from 0, `to` included. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly symbol: string | null;
  readonly parents: readonly string[];
}

/** A text as it is kept: masked, with a hash that depends on nothing but what it says. */
export function passageOf(given: string): { text: string; hash: string; words: string; tokens: number } {
  const text = redact(given).text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return {
    text,
    hash: hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    words: codeWords(text),
    tokens: estimateTokens(text),
  };
}

/** About what a text costs to embed: models cut code finer than prose. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.5);
}

/** The longest text of one passage; a longer line is kept in the listing and found by its beginning. */
const LONGEST_TEXT = 8000;

/** Turns pieces of a file into entries, which together cover each of its lines. */
export function entriesOf(
  lines: readonly string[],
  pieces: readonly Piece[],
  kind: SplitEntry['kind'],
): SplitEntry[] {
  return pieces.flatMap(({ from, to, symbol, parents }) => {
    const body = trimmed(lines.slice(from, to + 1)).join('\n');
    if (body.trim() === '') return [];
    const passage = passageOf(body.slice(0, LONGEST_TEXT));
    const title = symbol ?? body.trim().split('\n', 1)[0]?.trim().slice(0, 120) ?? '';
    return [{ kind, title, symbol, parents, startLine: from + 1, endLine: to + 1, ...passage }];
  });
}

function trimmed(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.trim() !== '');
  return start < 0 ? [] : lines.slice(start, lines.findLastIndex((line) => line.trim() !== '') + 1);
}
