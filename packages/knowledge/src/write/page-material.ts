import { createHash } from 'node:crypto';
import { canonicalJson, type DocumentPage } from '../documents/document-page.ts';
import { redact } from '../secrets/redact.ts';

/** Lines of a file that a model is given. */
interface Excerpt {
  readonly path: string;
  readonly startLine: number;
  /** The lines with secrets masked. A masked line is evidence of nothing. */
  readonly lines: readonly string[];
}

/** All that a model is given to write about one page, and the key under which its answer is kept. */
export interface PageMaterial {
  readonly page: Pick<DocumentPage, 'path' | 'title' | 'content'>;
  readonly excerpts: readonly Excerpt[];
}

/** Files of one page. */
const MOST_FILES = 12;
const MOST_CHARACTERS = 24_000;
const MOST_PAGE = 8000;
/** Lines shown below the last cited one: a definition is cited by its first lines. */
const LINES_BELOW = 24;
const LONGEST_LINE = 400;

/** The files whose text a page's material is made from. */
export function materialFiles({ citations }: Pick<DocumentPage, 'citations'>): string[] {
  return [...new Set(citations.map(({ path }) => path))].slice(0, MOST_FILES);
}

/** The most characters that a model is given for a page with a text and files of this length. */
export function materialCharacters(pageLength: number, fileLengths: readonly number[]): number {
  const files = fileLengths.slice(0, MOST_FILES).reduce((sum, length) => sum + length, 0);
  return Math.min(pageLength, MOST_PAGE) + Math.min(files, MOST_CHARACTERS);
}

/** Cuts the cited lines out of their files, with the lines around them. */
export function materialOf(page: DocumentPage, texts: ReadonlyMap<string, string>): PageMaterial {
  let left = MOST_CHARACTERS;
  const excerpts: Excerpt[] = [];
  for (const path of materialFiles(page)) {
    const text = texts.get(path);
    if (text === undefined) continue;
    const lines = redact(text).text.split('\n');
    for (const { first, last } of ranges(page, path, lines.length)) {
      const shown = lines.slice(first - 1, last).map((line) => line.slice(0, LONGEST_LINE));
      const length = shown.reduce((sum, line) => sum + line.length + 1, 0);
      if (length > left) continue;
      left -= length;
      excerpts.push({ path, startLine: first, lines: shown });
    }
  }
  const { path, title, content } = page;
  return { page: { path, title, content: content.slice(0, MOST_PAGE) }, excerpts };
}

/** The cited ranges of a file, those that touch each other joined. */
function ranges({ citations }: DocumentPage, path: string, lines: number) {
  const joined: { first: number; last: number }[] = [];
  const cited = citations
    .filter((citation) => citation.path === path)
    .map(({ startLine, endLine }) => ({
      first: Math.max(1, startLine - 1),
      last: Math.min(lines, Math.max(endLine, startLine + LINES_BELOW)),
    }))
    .filter(({ first, last }) => first <= last)
    .toSorted((a, b) => a.first - b.first);
  for (const range of cited) {
    const before = joined.at(-1);
    if (before !== undefined && range.first <= before.last + 1)
      before.last = Math.max(before.last, range.last);
    else joined.push(range);
  }
  return joined;
}

/** The name of what a model would be asked: the same key is the same question to the same model. */
export function materialKey(
  material: PageMaterial,
  { model, version }: { model: string; version: number },
): string {
  return createHash('sha256').update(canonicalJson({ model, version, material })).digest('hex');
}
