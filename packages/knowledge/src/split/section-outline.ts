import { textDepth } from './cut-large.ts';
import { isBlank, loosePiece, type CutDepth, type Outline, type Piece } from './piece.ts';
import type { Definition } from './split-entry.ts';

/** A heading, on one row or with lines of marks around it. */
export interface Heading {
  /** The first and the last row of it, and that of its text. */
  readonly row: number;
  readonly last: number;
  readonly titleRow: number;
  readonly depth: number;
  readonly title: string;
}

/** The run of lines that a heading stands over; the first one of a text may have none. */
interface Section extends Omit<Heading, 'title'> {
  readonly title: string | null;
  /** The headings above. */
  readonly above: readonly { readonly depth: number; readonly title: string }[];
}

const marked = ({ depth, title }: { depth: number; title: string | null }): string =>
  `${'#'.repeat(depth)} ${title ?? ''}`;

/**
 * Cuts a text into sections, each under its headings, which are written as in Markdown whatever the format. A heading alone belongs to
 * the section that follows.
 */
export function sectionOutline(lines: readonly string[], headings: readonly Heading[]): Outline {
  const sections = sectionsOf(headings);
  const pieces = sections.map((section, index): Piece => {
    const to = (sections[index + 1]?.row ?? lines.length) - 1;
    const { row, titleRow, depth, title, above } = section;
    return {
      ...loosePiece(row, to),
      symbol: title,
      parents: above.map((each) => each.title),
      context: above.map(marked),
      signature: title === null ? null : marked(section),
      signatureRow: titleRow,
      level: depth,
      rank: 10 - depth,
    };
  });
  const definitions = sections.flatMap(({ titleRow, title, above }): Definition[] => {
    if (title === null) return [];
    const qualifiedName = [...above.map((each) => each.title), title].join('.');
    return [{ name: title, qualifiedName, kind: 'SECTION', line: titleRow + 1 }];
  });
  const lone = new Set(
    sections.flatMap(({ row, last, title }, index) => {
      const below = lines.slice(last + 1, sections[index + 1]?.row ?? lines.length);
      return title !== null && below.every(isBlank) ? [row] : [];
    }),
  );
  const joined = withExceptions(withoutLoneHeadings(pieces, lone));
  return { pieces: joined, definitions, depth: unbrokenRules(lines) };
}

function sectionsOf(headings: readonly Heading[]): Section[] {
  const sections: Section[] = [{ row: 0, last: 0, titleRow: 0, depth: 0, title: null, above: [] }];
  const above: Heading[] = [];
  for (const heading of headings) {
    while ((above.at(-1)?.depth ?? 0) >= heading.depth) above.pop();
    if (heading.row === 0) sections.pop();
    sections.push({ ...heading, above: [...above] });
    above.push(heading);
  }
  return sections;
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

/** Joins each section that is only a heading to the next one below it, else to the one before. */
function withoutLoneHeadings(pieces: readonly Piece[], alone: ReadonlySet<number>): Piece[] {
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
    if (alone.has(given.from)) lone = piece;
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
