import { textDepth } from './cut-large.ts';
import { isBlank, loosePiece, type CutDepth, type Outline, type Piece } from './piece.ts';
import type { Definition } from './split-entry.ts';

/** A longer line is no heading that a person wrote. */
const LONGEST_HEADING = 500;

/** A heading with its depth, and the run of lines that it stands over. */
interface Section {
  readonly row: number;
  readonly depth: number;
  readonly title: string | null;
  /** The headings above, as they are written. */
  readonly above: readonly { readonly depth: number; readonly title: string }[];
}

const marked = ({ depth, title }: { depth: number; title: string | null }): string =>
  `${'#'.repeat(depth)} ${title ?? ''}`;

/** Cuts a Markdown text into sections, each under its headings. A heading alone belongs to the section that follows. */
export function markdownOutline(lines: readonly string[]): Outline {
  const sections = sectionsOf(lines);
  const pieces = sections.map((section, index): Piece => {
    const to = (sections[index + 1]?.row ?? lines.length) - 1;
    const { row, depth, title, above } = section;
    return {
      ...loosePiece(row, to),
      symbol: title,
      parents: above.map((each) => each.title),
      context: above.map(marked),
      signature: title === null ? null : marked(section),
      level: depth,
      rank: 10 - depth,
    };
  });
  const definitions = sections.flatMap(({ row, title, above }): Definition[] => {
    if (title === null) return [];
    const qualifiedName = [...above.map((each) => each.title), title].join('.');
    return [{ name: title, qualifiedName, kind: 'SECTION', line: row + 1 }];
  });
  const joined = withExceptions(withoutLoneHeadings(lines, pieces));
  return { pieces: joined, definitions, depth: unbrokenRules(lines) };
}

/** A line that takes something back from what stands above it. */
const exception =
  /^\s*(?:#{1,6}\s+|[-*+]\s+|\d+[.)]\s+|>\s*)*[*_]*(?:except(?:ions?)?|unless|however|otherwise|only (?:if|when)|this does not apply|but)\b/i;
/** Worse than any other place to cut before, and better than a part that is too small. */
const BREAKS_RULE = 1000;

/** A rule without its exception says something else, so a cut before an exception is the last one to be made. */
function unbrokenRules(lines: readonly string[]): CutDepth {
  const depth = textDepth(lines);
  return (row) => {
    let next = row;
    while (next < lines.length && isBlank(lines[next])) next += 1;
    return depth(row) + (exception.test(lines[next] ?? '') ? BREAKS_RULE : 0);
  };
}

/** A section of exceptions stays with the section before it, whose rules it is about. */
function withExceptions(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const isException = piece.symbol !== null && /^exceptions?\b/i.test(piece.symbol);
    if (isException && joined.length > 0) appendRows(joined, piece);
    else joined.push(piece);
  }
  return joined;
}

function sectionsOf(lines: readonly string[]): Section[] {
  const sections: Section[] = [{ row: 0, depth: 0, title: null, above: [] }];
  const above: { depth: number; title: string }[] = [];
  let fence: string | null = null;
  lines.forEach((line, row) => {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === null ? mark : line.trim().startsWith(fence) ? null : fence;
    const heading = fence === null ? headingOf(line) : null;
    if (heading === null) return;
    while ((above.at(-1)?.depth ?? 0) >= heading.depth) above.pop();
    if (row === 0) sections.pop();
    sections.push({ row, ...heading, above: [...above] });
    above.push(heading);
  });
  return sections;
}

function headingOf(line: string): { depth: number; title: string } | null {
  if (line.length > LONGEST_HEADING) return null;
  const marks = /^#{1,6}(?=\s)/.exec(line)?.[0].length ?? 0;
  const title = line
    .slice(marks)
    .trim()
    .replace(/(?<=^|\s)#+$/, '')
    .trim();
  return marks === 0 || title === '' ? null : { depth: marks, title };
}

/** Joins each section that is only a heading to the next one below it, else to the one before. */
function withoutLoneHeadings(lines: readonly string[], pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  /** A heading alone, or several, that waits for a section to belong to. */
  let lone: Piece | null = null;
  for (const given of pieces) {
    let piece = given;
    if (lone !== null) {
      // An empty section that ends its chapter belongs to the section before it.
      if (piece.level < lone.level && joined.length > 0) appendRows(joined, lone);
      else piece = { ...piece, from: lone.from, level: Math.min(lone.level, piece.level) };
      lone = null;
    }
    const isLone = given.symbol !== null && lines.slice(given.from + 1, given.to + 1).every(isBlank);
    if (isLone) lone = piece;
    else joined.push(piece);
  }
  if (lone === null) return joined;
  if (joined.length === 0) return [lone];
  appendRows(joined, lone);
  return joined;
}

/** Extends the last piece to the end of one that follows it. */
function appendRows(pieces: Piece[], { to }: Piece): void {
  const last = pieces.pop();
  if (last !== undefined) pieces.push({ ...last, to });
}
