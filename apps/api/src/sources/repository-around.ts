import { basename, dirname } from 'node:path';
import { isRepository } from './is-repository.ts';

/**
 * The Git repository that a folder lies inside of; null where there is none. Folders that `isAllowed` refuses are not looked
 * at, nor is anything above them: an answer about them would let a caller explore the disk.
 */
export function repositoryAround(folder: string, isAllowed: (folder: string) => boolean): string | null {
  for (let at = dirname(folder), below = folder; at !== below; below = at, at = dirname(at)) {
    if (!isAllowed(at)) return null;
    // `.git` is a repository too; the work tree it belongs to is what people know.
    if (basename(at) !== '.git' && isRepository(at)) return at;
  }
  return null;
}
