import { createHash } from 'node:crypto';

/** Lines of a file of the snapshot that a statement rests on. */
export interface Citation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** One generated page: Markdown, and the evidence of its statements in the order in which they stand. */
export interface DocumentPage {
  /** Where it stands among the documents, such as `modules/src/router`; the same over syncs. */
  readonly path: string;
  readonly title: string;
  readonly content: string;
  readonly citations: readonly Citation[];
}

/** Raised when the same inputs would be written otherwise: pages of an older version are written again. */
export const TEMPLATE_VERSION = 9;

/** The hash of all that a page is made from. Two equal hashes of one template are one text. */
export function inputHash(inputs: unknown): string {
  return createHash('sha256').update(canonicalJson(inputs)).digest('hex');
}

/**
 * The hash of a page that is made from two things, of which one is dear to find. Its first half, {@link ownHash}, tells whether
 * the other thing has changed.
 */
export function hashOfTwo(own: unknown, around: unknown): string {
  return `${ownHash(own)}${ownHash(around)}`;
}

/** The first half of the hash of a page made from two things. */
export function ownHash(own: unknown): string {
  return inputHash(own).slice(0, 32);
}

/** The same text for equal values, whatever the order of their properties: a database keeps an order of its own. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Object && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
