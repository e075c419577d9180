import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Returns whether `restore` means a backup: the ID of a sync names no file. */
export function namesBackup(word: string | undefined): boolean {
  return word !== undefined && (word.endsWith('.backup') || existsSync(resolve(word)));
}
