import type { DocumentPage } from '../document-page.ts';
import { code, counted, numeral, plainText, shorten } from '../markdown.ts';
import { apiPage, moduleName, type ModuleFacts } from '../module-facts.ts';
import { offersOf } from '../module-summary.ts';
import { PageWriter } from '../page-writer.ts';

/** One exported definition of a reference. */
interface ApiEntry {
  readonly name: string;
  readonly signature: string | null;
  readonly says: string | null;
  readonly path: string;
  readonly line: number;
  readonly startLine: number;
}

/** The inputs of the reference of a module's exports. */
export interface ApiPageInputs {
  readonly path: string;
  readonly entries: readonly ApiEntry[];
  /** All exported definitions, of which the entries are the first. */
  readonly total: number;
}

const MOST_ENTRIES = 150;
const LONGEST_DOC = 500;

/** Chooses from a module's facts what its reference says; null where it exports nothing. */
export function apiPageInputs(facts: ModuleFacts): ApiPageInputs | null {
  const offered = offersOf(facts);
  if (offered.length === 0) return null;
  return {
    path: facts.path,
    total: offered.length,
    entries: offered.slice(0, MOST_ENTRIES).map((symbol) => ({
      name: symbol.qualifiedName,
      signature: symbol.signature,
      says: symbol.documentation === null ? null : shorten(plainText(symbol.documentation), LONGEST_DOC),
      path: symbol.path,
      line: symbol.line,
      startLine: symbol.startLine,
    })),
  };
}

/** Writes the reference of a module: each export with its signature and doc comment. */
export function apiPageOf({ path, entries, total }: ApiPageInputs): DocumentPage {
  const page = new PageWriter();
  const title = `Reference of ${moduleName(path)}`;
  page.heading(1, path === '' ? title : `Reference of ${code(path)}`);
  page.paragraph(
    total > entries.length
      ? `The first ${numeral(entries.length)} of ${counted(total, 'exported definition')}.`
      : `${counted(total, 'exported definition')}.`,
  );
  let file = '';
  for (const entry of entries) {
    if (entry.path !== file) page.heading(2, code((file = entry.path)));
    page.heading(3, code(entry.name));
    if (entry.signature !== null) page.fence('', entry.signature);
    page.paragraph(entry.says ?? '', [
      { path: entry.path, startLine: entry.startLine, endLine: Math.max(entry.line, entry.startLine) },
    ]);
  }
  return page.page(apiPage(path), title);
}
