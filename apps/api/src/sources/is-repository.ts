import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a folder is a Git repository: a work tree has `.git`, a folder or a file; a bare repository is one itself. */
export function isRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  return ['HEAD', 'objects', 'refs'].every((part) => existsSync(join(folder, part)));
}
