import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { LARGEST_PASSAGE } from './cut-large.ts';
import { redact } from '../secrets/redact.ts';
import { searchWords } from '../words/search-words.ts';

/** Raised when the same text would be split otherwise. */
export const SPLIT_VERSION = 7;

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
    words: searchWords(text),
    tokens: estimateTokens(text),
  };
}

/** About what a text costs to embed: models cut code finer than prose. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.5);
}

/** Turns pieces of a file into entries, which together cover each of its lines. */
export function entriesOf(
  lines: readonly string[],
  pieces: readonly Piece[],
  kind: SplitEntry['kind'],
): SplitEntry[] {
  return pieces.flatMap(({ from, to, symbol, parents }) => {
    const body = trimmed(lines.slice(from, to + 1)).join('\n');
    if (body.trim() === '') return [];
    const title = symbol ?? body.trim().split('\n', 1)[0]?.trim().slice(0, 120) ?? '';
    const place = { kind, title, symbol, parents, startLine: from + 1, endLine: to + 1 };
    return partsOf(body).map((text) => ({ ...place, ...passageOf(text) }));
  });
}

/** A line that is longer than a passage is cut where a word ends, or after a mark, which one its checksum says. */
function partsOf(body: string): string[] {
  const parts: string[] = [];
  let start = 0;
  while (body.length - start > LARGEST_PASSAGE) {
    let best = start + LARGEST_PASSAGE;
    // Half of a character is none.
    if (/[\ud800-\udbff]/.test(body.charAt(best - 1))) best -= 1;
    let least = 2;
    for (let at = start + LARGEST_PASSAGE / 2; at < start + LARGEST_PASSAGE; at += 1) {
      const mark = body.charAt(at - 1);
      if (!/[\s,;)\]}>。、，；！？]/.test(mark)) continue;
      const said = (/\s/.test(mark) ? 0 : 1) + crc32(body.slice(at, at + 16)) / 2 ** 32;
      if (said <= least) [best, least] = [at, said];
    }
    parts.push(body.slice(start, best));
    start = best;
  }
  return [...parts, body.slice(start)];
}

function trimmed(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.trim() !== '');
  return start < 0 ? [] : lines.slice(start, lines.findLastIndex((line) => line.trim() !== '') + 1);
}
