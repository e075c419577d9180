import {
  moduleOf,
  type FolderFile,
  type FolderImport,
  type FolderSymbol,
  type ModuleFacts,
  type Prose,
} from './module-facts.ts';
import { firstParagraph, leadingComment } from './prose.ts';

/** The stored rows about some folders. */
export interface FolderRows {
  readonly files: readonly FolderFile[];
  readonly symbols: readonly FolderSymbol[];
  readonly imports: readonly FolderImport[];
  /** READMEs of the folders. */
  readonly readmes: readonly string[];
}

/** A file in which a module's purpose is often written. */
const SPEAKING = /(^|\/)(index|mod|lib|main|__init__|doc|package-info)\.[a-z]{1,4}$/i;

/** The files whose texts may say what the folders are for. */
export function speakingFiles({ files, readmes }: Pick<FolderRows, 'files' | 'readmes'>): string[] {
  const named = files.filter(({ path, isTest }) => !isTest && (SPEAKING.test(path) || isNamedAsFolder(path)));
  return [...readmes, ...named.map(({ path }) => path)];
}

/** As in `router/router.go`. */
function isNamedAsFolder(path: string): boolean {
  const [folder = '', name = ''] = path.split('/').slice(-2);
  return name.replace(/\.[^.]+$/, '') === folder;
}

/** Sorts rows by their folders and finds each folder's purpose. A folder without a file that has code is left out. */
export function assembleModules(rows: FolderRows, texts: ReadonlyMap<string, string>): ModuleFacts[] {
  const files = Map.groupBy(rows.files, ({ path }) => moduleOf(path));
  const symbols = Map.groupBy(rows.symbols, ({ path }) => moduleOf(path));
  const imports = Map.groupBy(rows.imports, ({ from }) => moduleOf(from));
  return [...files].map(([path, own]) => ({
    path,
    files: own,
    symbols: symbols.get(path) ?? [],
    imports: imports.get(path) ?? [],
    purpose: purposeOf(path, { ...rows, files: own }, texts),
  }));
}

function purposeOf(folder: string, rows: FolderRows, texts: ReadonlyMap<string, string>): Prose | null {
  // The README at the root speaks of the repository, not of the files that stand beside it.
  const readmes = folder === '' ? [] : rows.readmes.filter((path) => moduleOf(path) === folder);
  for (const path of speakingFiles({ files: rows.files, readmes })) {
    const text = texts.get(path);
    if (text === undefined) continue;
    const found = readmes.includes(path) ? firstParagraph(path, text) : leadingComment(path, text);
    if (found !== null) return found;
  }
  return null;
}
