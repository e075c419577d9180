import type { Outline } from './piece.ts';
import { sectionOutline, type Heading } from './section-outline.ts';

/** A longer line is no heading that a person wrote. */
const LONGEST_HEADING = 500;
/** Tags of HTML as they stand in headings; `Vec<T>` has none. */
const TAG =
  /<\/?(?:a|abbr|b|br|code|div|em|font|h[1-6]|i|img|kbd|p|picture|small|source|span|strong|sub|sup)\b[^<>]*>/g;

/** Cuts a Markdown text at its headings: lines that begin with marks, and lines that are underlined. */
export function markdownOutline(lines: readonly string[]): Outline {
  return sectionOutline(lines, headingsOf(lines));
}

function headingsOf(lines: readonly string[]): Heading[] {
  const headings: Heading[] = [];
  let fence: string | null = null;
  lines.forEach((line, row) => {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === null ? mark : line.trim().startsWith(fence) ? null : fence;
    const heading = fence === null ? (markedHeading(line, row) ?? underlinedHeading(lines, row)) : null;
    if (heading !== null) headings.push(heading);
  });
  return headings;
}

function markedHeading(line: string, row: number): Heading | null {
  if (line.length > LONGEST_HEADING) return null;
  const depth = /^#{1,6}(?=\s)/.exec(line)?.[0].length ?? 0;
  const title = line
    .slice(depth)
    .trim()
    .replace(/(?<=^|\s)#+$/, '')
    .trim();
  return depth === 0 || title === ''
    ? null
    : { row, last: row, titleRow: row, depth, title: readable(title) };
}

/** A line of its own with a line of marks below it. What may be a list, a table, a quote or a header of the file is none. */
function underlinedHeading(lines: readonly string[], row: number): Heading | null {
  const title = lines[row] ?? '';
  const below = /^(?:={3,}|-{3,})\s*$/.exec(lines[row + 1] ?? '')?.[0];
  if (below === undefined || title.length > LONGEST_HEADING || (lines[row - 1] ?? '').trim() !== '')
    return null;
  if (!/^[\p{L}\p{N}`"'*_[(]/u.test(title) || /^(?:\d+[.)]|[*_-]) |\||^[*_-]{3,}\s*$/.test(title))
    return null;
  return {
    row,
    last: row + 1,
    titleRow: row,
    depth: below.startsWith('=') ? 1 : 2,
    title: readable(title.trim()),
  };
}

/** A title as it is read: of links their text, of pictures what they show, and no tags. */
function readable(title: string): string {
  const text = title
    .replaceAll(/<img\b[^>]*\balt=["']([^"'<>]*)["'][^>]*>/gi, '$1')
    .replaceAll(TAG, '')
    .replaceAll(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .trim();
  return text === '' ? title : text;
}
