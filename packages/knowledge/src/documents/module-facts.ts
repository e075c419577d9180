import type { SymbolKind } from '../facts/file-facts.ts';
import { pathKind } from '../rank/path-kind.ts';
import type { Citation } from './document-page.ts';

/** A file of a folder, as pages describe it. */
export interface FolderFile {
  readonly path: string;
  readonly language: string;
  readonly codeLines: number;
  readonly isTest: boolean;
}

/** A definition of a folder's files. */
export interface FolderSymbol {
  readonly path: string;
  readonly qualifiedName: string;
  readonly kind: SymbolKind;
  readonly line: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly isExported: boolean;
}

/** One import by a folder's file that leads to another file of the repository, or to a package outside of it. */
export interface FolderImport {
  readonly from: string;
  readonly line: number;
  /** Null where it leads outside of the repository. */
  readonly to: string | null;
  readonly packageName: string | null;
}

/** A piece of prose in a file: a paragraph of a README, or the comment at the top of a source file. */
export interface Prose extends Citation {
  readonly text: string;
}

/** Everything the pages about one folder are made from. A folder with code is a module. */
export interface ModuleFacts {
  /** Empty for the root of the repository. */
  readonly path: string;
  readonly files: readonly FolderFile[];
  readonly symbols: readonly FolderSymbol[];
  readonly imports: readonly FolderImport[];
  /** Its purpose in its own words. */
  readonly purpose: Prose | null;
}

/** The folder of a file, which is its module; empty for the root. */
export function moduleOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

/** Whether a folder only shows the use of the repository, or measures it. */
export const isExample = (folder: string): boolean => pathKind(`${folder}/x`) === 'example';

/** Whether a folder keeps settings of tools, as `.github` does. */
export const isHidden = (folder: string): boolean => /(^|\/)\.[^/]/.test(folder);

/** Leaves out what only shows the use of the repository, and settings, unless there is nothing else. */
export function withoutExamples<T extends { readonly path: string }>(places: readonly T[]): readonly T[] {
  const own = places.filter(({ path }) => !isExample(path) && !isHidden(path));
  return own.length > 0 ? own : places;
}

/** The name of a module on a page. */
export const moduleName = (path: string): string => (path === '' ? 'the root folder' : path);

/** Where a module's page stands among the documents. */
export const modulePage = (path: string): string => (path === '' ? 'modules' : `modules/${path}`);

/** Whether a page is the reference of a module's exports. */
export const isApiPage = (path: string): boolean => path === 'api' || path.startsWith('api/');

/** Where the reference of a module's exports stands among the documents. */
export const apiPage = (path: string): string => (path === '' ? 'api' : `api/${path}`);
