import { textDepth } from './cut-large.ts';
import { isBlank, loosePiece, type Outline, type Piece } from './piece.ts';
import type { Definition } from './split-entry.ts';

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
  return { pieces: withoutLoneHeadings(lines, pieces), definitions, depth: textDepth(lines) };
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
  let lone: Piece | null = null;
  for (const piece of pieces) {
    const isLone = piece.symbol !== null && lines.slice(piece.from + 1, piece.to + 1).every(isBlank);
    const follows: boolean = lone !== null && piece.level >= lone.level;
    const last = joined.at(-1);
    // An empty section that ends its chapter belongs to what precedes it there.
    if (lone !== null && !follows && last !== undefined) joined[joined.length - 1] = { ...last, to: lone.to };
    const from: number = lone !== null && (follows || last === undefined) ? lone.from : piece.from;
    const level: number = lone !== null && from === lone.from ? lone.level : piece.level;
    if (isLone) lone = { ...piece, from, level };
    else {
      joined.push({ ...piece, from, level });
      lone = null;
    }
  }
  const last = joined.at(-1);
  if (lone !== null && last !== undefined) joined[joined.length - 1] = { ...last, to: lone.to };
  return lone !== null && last === undefined ? [lone] : joined;
}
