import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectFormat } from '../objects/git-object.ts';
import { fileFailure } from './git-failure.ts';

/** Objects as a command is to see them: those of one folder, by the configuration of another. */
export interface View {
  readonly gitDir: string;
  readonly objects: string;
}

const config: Record<ObjectFormat, string> = {
  sha1: '[core]\n\trepositoryformatversion = 0\n\tbare = true\n',
  sha256: '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n',
};

/**
 * An empty repository that objects are read from, so that no configuration of where they lie counts. Its two files are
 * written rather than made by `git init`: to look whether they are right costs no process, and every sync looks.
 */
export async function openView(gitDir: string, objects: string, format: ObjectFormat): Promise<View> {
  try {
    await mkdir(join(gitDir, 'refs'), { recursive: true });
    for (const [name, text] of [
      ['HEAD', 'ref: refs/heads/none\n'],
      ['config', config[format]],
    ] as const) {
      const file = join(gitDir, name);
      if ((await readFile(file, 'utf8').catch(() => null)) === text) continue;
      // Another process may be reading it: it sees the old one or the new one.
      const fresh = `${file}.${randomUUID()}`;
      await writeFile(fresh, text);
      await rename(fresh, file).finally(() => rm(fresh, { force: true }));
    }
  } catch (error) {
    fileFailure(error);
  }
  return { gitDir, objects };
}
