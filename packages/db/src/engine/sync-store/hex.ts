import { pathToBytes, type GitPath } from '@project-sync/sync';

/** Encodes bytes for a parameter: arrays of bytea are parsed more slowly than arrays of text. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Encodes a path for a parameter. */
export function pathHex(path: GitPath): string {
  return pathToBytes(path).toString('hex');
}
