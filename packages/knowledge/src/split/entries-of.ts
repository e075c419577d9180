import { crc32 } from 'node:zlib';
import { isGeneratedText } from '../files/generated-text.ts';
import { cutLarge } from './cut-large.ts';
import { joinSmall } from './join-small.ts';
import { passageOf } from './passage.ts';
import { isBlank, LARGEST_PART, LARGEST_PASSAGE, type Outline, type Piece } from './piece.ts';
import type { Definition, SplitEntry } from './split-entry.ts';

/** The most characters of a head: enough for a signature, and little beside the text it explains. */
const LONGEST_HEAD = 160;
/** The most definitions of one entry. Only a line of minified code has more. */
const MOST_DEFINITIONS = 200;

/** Turns the outline of a file into entries, which together cover each of its lines in order. */
export function entriesOf(
  lines: readonly string[],
  outline: Outline,
  kind: SplitEntry['kind'],
): SplitEntry[] {
  const pieces = cutLarge(lines, joinSmall(lines, outline.pieces), outline.depth);
  const generated = isGeneratedText(lines);
  const definitionsUntil = reader(outline.definitions);
  return pieces.flatMap((piece): SplitEntry[] => {
    const definitions = definitionsUntil(piece.to + 1);
    const body = trimmed(lines.slice(piece.from, piece.to + 1)).join('\n');
    if (body === '') return [];
    const { symbol, parents } = piece;
    const title = symbol ?? body.trim().split('\n', 1)[0]?.trim().slice(0, 120) ?? '';
    const place = {
      kind,
      title,
      symbol,
      parents,
      startLine: piece.from + 1,
      endLine: piece.to + 1,
      generated,
    };
    return partsOf(body).map((text, index) => {
      // Definitions are known by their lines: where one line is cut, its first part has them all.
      const own = index === 0 ? definitions : [];
      const names = [...new Set(own.map(({ qualifiedName }) => qualifiedName))];
      const room = Math.min(LONGEST_HEAD, LARGEST_PASSAGE - text.length - 1);
      const head = headOf(lines, index === 0 ? piece : { ...piece, signatureRow: -1 }, room);
      return { ...place, ...passageOf(text, head), definitions: own, names };
    });
  });
}

/** Returns a function that yields the definitions up to a line, each once; it is called with growing lines. */
function reader(definitions: readonly Definition[]): (line: number) => Definition[] {
  let next = 0;
  return (line) => {
    const from = next;
    while ((definitions[next]?.line ?? Number.POSITIVE_INFINITY) <= line) next += 1;
    return definitions.slice(from, Math.min(next, from + MOST_DEFINITIONS));
  };
}

/**
 * What a text stands under and lacks: its containers, and its signature, or the beginning of the comment above a signature
 * that it does have. What is nearest to the text is kept longest.
 */
function headOf(lines: readonly string[], piece: Piece, room: number): string | null {
  const { from, to, context, signature, signatureRow, leadRow } = piece;
  const hasSignature = from <= signatureRow && signatureRow <= to;
  const missing = hasSignature ? (leadRow < from ? commentAt(lines, leadRow) : null) : signature;
  let head = '';
  for (const step of [...context, ...(missing === null ? [] : [missing])].toReversed()) {
    const longer = head === '' ? step : `${step} › ${head}`;
    if (longer.length > room && head !== '') break;
    head = longer;
  }
  const cut = head.replace(/\s+/g, ' ').trim().slice(0, Math.max(0, room)).toWellFormed();
  return cut === '' ? null : cut;
}

/** The first words of a comment, without its marks. */
function commentAt(lines: readonly string[], row: number): string | null {
  const words = lines
    .slice(row, row + 4)
    .map((line) => line.replace(/^\s*(?:\/\*+|\*+\/?|\/\/+!?|#+|--)\s*/, '').trim());
  return words.find((line) => line !== '') ?? null;
}

/**
 * Cuts a line that is longer than a passage behind white space, or else behind punctuation. A checksum picks the spot, so
 * that a change further up the line does not move the cuts below it.
 */
function partsOf(body: string): string[] {
  if (body.length <= LARGEST_PASSAGE) return [body];
  const parts: string[] = [];
  let start = 0;
  while (body.length - start > LARGEST_PART) {
    let best = start + LARGEST_PART;
    // A surrogate pair must stay whole.
    if (/[\ud800-\udbff]/.test(body.charAt(best - 1))) best -= 1;
    let least = 2;
    for (let at = start + LARGEST_PART / 2; at < start + LARGEST_PART; at += 1) {
      const mark = body.charAt(at - 1);
      if (!/[\s,;)\]}>。、，；！？]/.test(mark)) continue;
      const worth = (/\s/.test(mark) ? 0 : 1) + crc32(body.slice(at, at + 16)) / 2 ** 32;
      if (worth <= least) [best, least] = [at, worth];
    }
    parts.push(body.slice(start, best));
    start = best;
  }
  return [...parts, body.slice(start)];
}

function trimmed(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => !isBlank(line));
  return start < 0 ? [] : lines.slice(start, lines.findLastIndex((line) => !isBlank(line)) + 1);
}
