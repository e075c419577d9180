import { isBlank, type Outline } from './piece.ts';
import { sectionOutline, type Heading } from './section-outline.ts';

/** A line of one mark, as it stands below a title, or above and below it. */
const ADORNMENT = /^([!-/:-@[-`{-~])\1{2,}\s*$/;
const LONGEST_HEADING = 500;
/** Headings deeper than this are one level. */
const DEEPEST = 6;

/** Cuts a text in reStructuredText at its headings. Their levels are those of their marks, in the order in which these come up. */
export function rstOutline(lines: readonly string[]): Outline {
  return sectionOutline(lines, headingsOf(lines));
}

function headingsOf(lines: readonly string[]): Heading[] {
  const headings: Heading[] = [];
  const levels: string[] = [];
  for (let row = 0; row + 1 < lines.length; row += 1) {
    const found = headingAt(lines, row);
    if (found === null) continue;
    const { style, title, titleRow, last } = found;
    if (!levels.includes(style)) levels.push(style);
    headings.push({ row, last, titleRow, title, depth: Math.min(levels.indexOf(style) + 1, DEEPEST) });
    row = last;
  }
  return headings;
}

interface RstHeading {
  /** The marks that tell its level: twice where they stand above as well. */
  readonly style: string;
  readonly title: string;
  readonly titleRow: number;
  readonly last: number;
}

/** The heading that begins on a row: with a line of marks above its title, or below it alone. */
function headingAt(lines: readonly string[], row: number): RstHeading | null {
  const above = markOf(lines[row]);
  const titleRow = above === '' ? row : row + 1;
  const title = lines[titleRow] ?? '';
  const mark = markOf(lines[titleRow + 1]);
  if (mark === '' || isBlank(title) || title.length > LONGEST_HEADING || markOf(title) !== '') return null;
  // An indented line without marks above it is quoted, and a line that goes on from one above is no title.
  const isAlone = !/^\s/.test(title) && isBlank(lines[row - 1]);
  if (above === '' ? !isAlone : above !== mark) return null;
  return { style: above + mark, title: textOf(title), titleRow, last: titleRow + 1 };
}

/** The mark that a line is made of; empty for any other line. */
const markOf = (line: string | undefined): string => ADORNMENT.exec(line ?? '')?.[1] ?? '';

/** A title as it is read: `:class:`~a.B`` is B, and ``` ``code`` ``` is code. */
function textOf(title: string): string {
  return title
    .trim()
    .replaceAll(/:[\w:+.-]{1,40}:`~?(?:[^`<]{0,200}\.)?([^`<]{1,200}?)(?:\s*<[^`]{0,200}>)?`/g, '$1')
    .replaceAll(/`{1,2}([^`]{1,200})`{1,2}_{0,2}/g, '$1');
}
