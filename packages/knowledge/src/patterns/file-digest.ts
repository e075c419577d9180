import type { DeclaredLayer } from './declared-layers.ts';

/** Raised when the same file would have another digest. */
export const DIGEST_VERSION = 6;

/** The use of a file, by its path and the rules of the repository. */
export type FileRole = 'source' | 'test' | 'example' | 'typing' | 'document' | 'generated' | 'other';

/** An import that leads to a file of the snapshot. */
export interface DigestImport {
  readonly to: string;
  readonly line: number;
  /** Whether it brings in types alone. */
  readonly isType?: true;
  /** Whether it happens inside of a function, after the file was loaded. */
  readonly isLate?: true;
  /** Whether it may use any name of its target, as a wildcard or an import at run time does. */
  readonly isOpen?: true;
}

/** An import that leads to a package. */
export interface DigestPackage {
  readonly name: string;
  readonly line: number;
  readonly isType?: true;
  /** Whether a condition decides about it, or a file that is not built with the rest: it may be missing. */
  readonly isConditional?: true;
}

/** A definition that other files may use. */
export interface DigestExport {
  readonly name: string;
  readonly kind: string;
  readonly line: number;
  /** Whether its own file uses it. */
  readonly isUsedHere?: true;
}

/** A long function: its qualified name, first line and rounded number of lines of code. */
export interface LongFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** Something that a text shows by itself. */
export interface DigestFinding {
  readonly rule: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Changes with the text of the lines and with nothing else. */
  readonly evidence: string;
  /** The definition it stands in. */
  readonly inside?: string;
}

/** A longer passage of code, by the hash of its text. */
export interface DigestPassage {
  readonly hash: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** A dependency that a manifest declares. */
export interface DeclaredPackage {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly line: number;
}

/** The packages that a manifest is about. */
export type Ecosystem = 'npm' | 'python' | 'go' | 'cargo';

/** The parts of a manifest that detectors read. */
export interface DigestManifest {
  readonly ecosystem: Ecosystem;
  readonly name: string | null;
  readonly packages: readonly DeclaredPackage[];
  /** Files that the outside may use, relative to the manifest; `*` stands for any. */
  readonly entries: readonly string[];
  /** Names under `scripts`. */
  readonly scripts: readonly string[];
}

/** A thing that a document names in code style. */
export interface Mention {
  readonly name: string;
  readonly line: number;
}

/**
 * One file, reduced to what rules about the whole snapshot read. It follows from the file's content, its path and its
 * links alone, so it is made again only for files that one of these changed for.
 */
export interface FileDigest {
  readonly dialect: string;
  readonly role: FileRole;
  /** Lines of code, or all lines where the language is not read. Rounded, so that most edits leave it alone. */
  readonly lines: number;
  readonly imports?: readonly DigestImport[];
  readonly packages?: readonly DigestPackage[];
  readonly exports?: readonly DigestExport[];
  /** Hashes of all names that the file uses and does not define. */
  readonly names?: string;
  /** Numbers of functions by their lines of code. */
  readonly lengths?: readonly number[];
  readonly longFunctions?: readonly LongFunction[];
  readonly findings?: readonly DigestFinding[];
  readonly passages?: readonly DigestPassage[];
  readonly manifest?: DigestManifest;
  readonly mentions?: readonly Mention[];
  /** The rules on imports that a document declares. */
  readonly layers?: readonly DeclaredLayer[];
  /** Specifiers that the text gives a meaning of its own. */
  readonly aliases?: readonly string[];
  /** Options and environment variables that the text names. */
  readonly settings?: readonly string[];
  /** Shares of naming styles: definitions by kind and style, with the line of the first of each. */
  readonly styles?: readonly NameStyle[];
}

/** A defined name with its kind, where its style may be compared. */
export interface NameStyle {
  readonly name: string;
  readonly of: 'FUNCTION' | 'TYPE';
  readonly line: number;
}
