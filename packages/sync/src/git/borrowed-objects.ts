import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectFormat } from '../objects/git-object.ts';
import { fileFailure } from './git-failure.ts';

/** The objects of one folder, seen under the configuration of another. */
export interface BorrowedObjects {
  readonly gitDir: string;
  readonly objects: string;
}

const config: Record<ObjectFormat, string> = {
  sha1: '[core]\n\trepositoryformatversion = 0\n\tbare = true\n',
  sha256: '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n',
};

/**
 * Creates an empty repository to read another one's objects from, so that no configuration beside them applies. Its two
 * files are written here rather than by `git init`: every sync checks them, and this check costs no process.
 */
export async function openBorrowedObjects(
  gitDir: string,
  objects: string,
  format: ObjectFormat,
): Promise<BorrowedObjects> {
  try {
    await mkdir(join(gitDir, 'refs'), { recursive: true });
    for (const [name, text] of [
      ['HEAD', 'ref: refs/heads/none\n'],
      ['config', config[format]],
    ] as const) {
      const file = join(gitDir, name);
      if ((await readFile(file, 'utf8').catch(() => null)) === text) continue;
      // Replaced at once, because another process may be reading it.
      const fresh = `${file}.${randomUUID()}`;
      await writeFile(fresh, text);
      await rename(fresh, file).finally(() => rm(fresh, { force: true }));
    }
  } catch (error) {
    fileFailure(error);
  }
  return { gitDir, objects };
}
