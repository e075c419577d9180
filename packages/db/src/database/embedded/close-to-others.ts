import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DbError } from '../db-error.ts';

/** The bits of a mode that let other users in. */
const OTHERS = 0o077;

/**
 * Closes a data folder to all users but its own, and its files too: one that was made beforehand may be open, and
 * PostgreSQL's log inside holds the contents of files, the hashes of keys and the names of people. Throws where that is
 * not possible.
 */
export function closeToOthers(dataDir: string): void {
  try {
    close(dataDir, 0o700);
    for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
      // A link is left alone: its target is not of this folder.
      if (entry.isFile()) close(join(dataDir, entry.name), 0o600);
      if (entry.isDirectory()) close(join(dataDir, entry.name), 0o700);
    }
  } catch (cause) {
    throw new DbError(
      'DATA_DIR_NOT_WRITABLE',
      `The data folder ${dataDir} is open to other users of this machine and cannot be closed to them. Give it to the user of this process, with mode 0700.`,
      { cause },
    );
  }
}

function close(path: string, mode: number): void {
  // Another command may have removed its file meanwhile.
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && (found.mode & OTHERS) !== 0) chmodSync(path, mode);
}
