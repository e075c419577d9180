import type { ImportFact } from '../facts/file-facts.ts';
import type { FileSurface, SurfaceSymbol } from './surface.ts';
import type { World } from './world.ts';

/** Where an import leads by the rules of its language. */
export interface ModuleTarget {
  readonly path: string | null;
  readonly packageName: string | null;
  /**
   * The names that lead from the top of the file to what is imported, where the path of an import goes on inside of a
   * file, as in Rust and Java. Empty for the file itself.
   */
  readonly inside?: readonly string[];
}

/** A file as its own references see it: everything it defines, not only what it exports. */
export interface OpenFile extends FileSurface {
  readonly path: string;
}

/** The rules by which a language finds the file or package behind an import. */
export interface ModuleRules {
  target(world: World, from: string, fact: ImportFact): ModuleTarget;
  /** A module of a package that is reached as a member of it; null where there is none of that name. */
  readonly submodule?: (world: World, packagePath: string, name: string) => string | null;
  /** Files that may define a name which is in reach without an import: those of the same package, the likeliest first. */
  readonly siblings?: (world: World, from: OpenFile, name: string) => readonly string[];
  /** Files that may define a name of the package that an import led to by one of its files. */
  readonly parts?: (world: World, path: string, name: string) => readonly string[];
  /** Where methods can stand beside the file of their type. */
  readonly methods?: 'PACKAGE' | 'ANYWHERE';
  /** Whether a name is declared apart from its definition, as in the headers of C. */
  readonly declarations?: 'APART';
  /** Whether values of the language itself have a member of this name: behind something unknown it says nothing. */
  readonly isCommon?: (name: string) => boolean;
  /** Whether a member only gets a value where it stands, so that a declaration of it in a base is the one that is meant. */
  readonly isOnlyGiven?: (member: SurfaceSymbol) => boolean;
  /** Whether any file may change any definition while a program runs: nothing is proven then. */
  readonly isOpen?: boolean;
}
