import type { DocumentPage } from '../document-page.ts';
import { readDocComment, type DocNote } from '../doc-comment.ts';
import { code, counted, numeral, plainText, shorten } from '../markdown.ts';
import { apiPage, moduleName, type FolderSymbol, type ModuleFacts } from '../module-facts.ts';
import { referenceOf } from '../offered-names.ts';
import { PageWriter } from '../page-writer.ts';
import { plainSignature } from '../plain-signature.ts';

/** One exported definition of a reference. */
interface ApiEntry {
  readonly name: string;
  readonly signature: string | null;
  readonly says: string | null;
  /** The notes of its doc comment on parameters, results, errors and its replacement. */
  readonly notes: readonly string[];
  readonly path: string;
  readonly line: number;
  readonly startLine: number;
}

/** The inputs of the reference of a module's exports. */
export interface ApiPageInputs {
  readonly path: string;
  readonly entries: readonly ApiEntry[];
  /** All exported definitions. */
  readonly total: number;
  /** Those among the entries that stand in no other one. */
  readonly top: number;
}

const MOST_ENTRIES = 600;
const MOST_CHARACTERS = 140_000;
const LONGEST_DOC = 500;
const LONGEST_NOTE = 160;
const MOST_NOTES = 8;

/** Chooses from a module's facts what its reference says; null where it exports nothing. */
export function apiPageInputs(facts: ModuleFacts): ApiPageInputs | null {
  const { all: offered, isTop } = referenceOf(facts);
  if (offered.length === 0) return null;
  const entries = new Map<FolderSymbol, ApiEntry>();
  let left = MOST_CHARACTERS;
  // Members give way where not all of them have room: of each class its users find at least the name.
  for (const symbol of offered.toSorted((a, b) => Number(isTop.has(b)) - Number(isTop.has(a)))) {
    const entry = entryOf(symbol);
    left -= lengthOf(entry);
    if (left < 0 || entries.size >= MOST_ENTRIES) break;
    entries.set(symbol, entry);
  }
  return {
    path: facts.path,
    total: offered.length,
    top: [...entries.keys()].filter((symbol) => isTop.has(symbol)).length,
    entries: offered.flatMap((symbol) => entries.get(symbol) ?? []),
  };
}

/** About the characters that an entry takes on the page, with its headings and its link. */
function lengthOf({ name, signature, says, notes, path }: ApiEntry): number {
  const said = [name, signature ?? '', says ?? '', ...notes, path];
  return said.reduce((sum, text) => sum + text.length + 12, path.length);
}

function entryOf(symbol: FolderSymbol): ApiEntry {
  const doc = symbol.documentation === null ? null : readDocComment(symbol.documentation);
  const words = doc === null ? '' : shorten(plainText(doc.words), LONGEST_DOC);
  return {
    name: symbol.qualifiedName,
    signature: plainSignature({
      path: symbol.path,
      name: symbol.qualifiedName.slice(symbol.qualifiedName.lastIndexOf('.') + 1),
      signature: symbol.signature,
    }),
    says: words === '' ? null : words,
    notes: (doc?.notes ?? []).slice(0, MOST_NOTES).map(noteOf),
    path: symbol.path,
    line: symbol.line,
    startLine: symbol.startLine,
  };
}

const heads = { param: '', returns: 'Returns: ', throws: 'Throws: ', deprecated: 'Deprecated' } as const;

function noteOf({ kind, name, says }: DocNote): string {
  const text = shorten(plainText(says), LONGEST_NOTE);
  if (kind === 'deprecated') return text === '' ? `${heads[kind]}.` : `${heads[kind]}: ${text}`;
  return `${heads[kind]}${name === '' ? '' : `${plainText(name)}: `}${text}`;
}

/** Writes the reference of a module: each export with its signature and doc comment. */
export function apiPageOf({ path, entries, total, top }: ApiPageInputs): DocumentPage {
  const page = new PageWriter();
  const title = `Reference of ${moduleName(path)}`;
  page.heading(1, path === '' ? title : `Reference of ${code(path)}`);
  page.paragraph(countOf({ shown: entries.length, total, top }));
  let file = '';
  for (const entry of entries) {
    if (entry.path !== file) page.heading(2, code((file = entry.path)));
    page.heading(3, code(entry.name));
    if (entry.signature !== null) page.fence('', entry.signature);
    page.paragraph(entry.says ?? '', [
      { path: entry.path, startLine: entry.startLine, endLine: Math.max(entry.line, entry.startLine) },
    ]);
    for (const note of entry.notes) page.item(note);
  }
  return page.page(apiPage(path), title);
}

function countOf({
  shown,
  total,
  top,
}: {
  readonly shown: number;
  readonly total: number;
  readonly top: number;
}): string {
  const all = counted(total, 'exported definition');
  if (shown === total) return `${all}.`;
  if (top === shown) return `The first ${numeral(shown)} of ${all}.`;
  return `${numeral(shown)} of ${all}: all that stand in no other one, and the first members.`;
}
