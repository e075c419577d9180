import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isRepository } from './is-repository.ts';

/** Folders of a home or a server that are looked into, and repositories that are named: a proposal, not an inventory. */
const MOST_FOLDERS = 1000;
const MOST = 50;

/** The Git repositories among some folders and directly below them, by their names. A folder that cannot be read has none. */
export async function listLocalRepositories(roots: readonly string[]): Promise<string[]> {
  const below = await Promise.all(roots.map(foldersIn));
  const found = [...roots, ...below.flat()].slice(0, MOST_FOLDERS).filter(isRepository);
  return [...new Set(found.map((folder) => folder.replace(/(?<=.)\/+$/, '')))]
    .sort((a, b) => basename(a).localeCompare(basename(b)) || a.localeCompare(b))
    .slice(0, MOST);
}

async function foldersIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(root, name));
}
