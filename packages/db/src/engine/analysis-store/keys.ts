import { createHash } from 'node:crypto';

/**
 * A question or target as a number, for arrays that an inverted index covers. Salted by the project: one index serves
 * all of them, and equal paths of other projects must not be met in it.
 */
export function linkKey(projectId: string, text: string): string {
  return createHash('sha256')
    .update(projectId)
    .update('\0')
    .update(text)
    .digest()
    .readBigInt64BE(0)
    .toString();
}

/** The target of references to one symbol. */
export const symbolTarget = (path: string, key: string): string => `symbol:${path}\0${key}`;

/** The target of imports of one file. */
export const fileTarget = (path: string): string => `file:${path}`;
