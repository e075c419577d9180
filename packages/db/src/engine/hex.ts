import { pathToBytes, type GitPath } from '@project-sync/sync';

/** Bytes as the statements of the store take them: arrays of bytea are parsed more slowly than arrays of text. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** The same of a path. */
export function pathHex(path: GitPath): string {
  return pathToBytes(path).toString('hex');
}
