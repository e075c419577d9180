import type { ReferenceKind } from '../facts/file-facts.ts';

/** Raised when the same facts would resolve otherwise: links of an older version are computed again. */
export const LINKS_VERSION = 4;

export type Certainty = 'PROVEN' | 'LIKELY' | 'UNPROVEN';

/** The rules that can find a target, with how sure each is. A benchmark grades every one of them. */
export const origins = {
  'same-file': 'PROVEN',
  'import-named': 'PROVEN',
  'import-default': 'PROVEN',
  'import-namespace': 'PROVEN',
  'import-member': 'PROVEN',
  'followed-reexport': 'PROVEN',
  'stated-type': 'PROVEN',
  'inherited-member': 'PROVEN',
  'stated-result': 'PROVEN',
  'same-package': 'PROVEN',
  'module-path': 'PROVEN',
  'wildcard-import': 'LIKELY',
  'included-header': 'LIKELY',
  'open-definition': 'LIKELY',
  'only-member-imported': 'LIKELY',
  'imported-member-of-name': 'UNPROVEN',
  'only-member-of-name': 'UNPROVEN',
  'only-definition-of-name': 'UNPROVEN',
} as const satisfies Record<string, Certainty>;

export type Origin = keyof typeof origins;

/** Where an import leads. */
export interface ImportLink {
  /** The index among the file's imports. */
  readonly import: number;
  /** The file it leads to; null where it leads outside of the repository or nowhere. */
  readonly path: string | null;
  /** The package it leads to; null for a file of the same package and for what could not be resolved. */
  readonly packageName: string | null;
}

/** Where a reference leads. */
export interface ReferenceLink {
  readonly line: number;
  readonly kind: ReferenceKind;
  readonly origin: Origin;
  readonly path: string;
  /** The key of the symbol in that file. */
  readonly key: string;
  /** The key of the symbol of this file in whose definition it stands. */
  readonly inside: string | null;
}

/** Everything that leads out of one file, or from one place of it to another. */
export interface FileLinks {
  readonly imports: readonly ImportLink[];
  readonly references: readonly ReferenceLink[];
}
