import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SyncError } from '../sync-error.ts';
import { fileFailure } from './git-failure.ts';
import { isBelow, type GitUrlPolicy } from './git-url.ts';
import type { Remote } from './remote.ts';

/** Prepares a repository in a folder of this machine. Everything Git would read must lie below the allowed folders. */
export async function openFolder(
  path: string,
  { policy, mirror }: { policy: GitUrlPolicy; mirror: string },
): Promise<Remote> {
  const git = gitFolderOf(path);
  if (git !== null && !isAllowed(git, policy)) throw outside();
  // LOCAL_REPOSITORIES vouches for the ownership of exactly these folders. It has to be a file: Git removes such
  // configuration from the environment before it starts the other side.
  const globalConfig = `${mirror}.safe`;
  const folders = new Set([path, join(path, '.git'), ...(git === null ? [] : [git])]);
  const text = `[safe]\n${[...folders].map((folder) => `\tdirectory = "${escapeValue(folder)}"\n`).join('')}`;
  await mkdir(dirname(mirror), { recursive: true }).catch(fileFailure);
  // Written only if it differs, because another command reading it meanwhile would find it empty.
  if (readText(globalConfig) !== text.trim()) await writeFile(globalConfig, text).catch(fileFailure);
  return {
    address: pathToFileURL(path).href,
    objects: await objectsOf(git ?? path, policy),
    protocols: ['file'],
    config: [],
    globalConfig,
    ssh: null,
    secrets: [],
  };
}

/** Follows a `.git` that is a link or a file, since a work tree can have its repository anywhere. Null if there is none. */
function gitFolderOf(path: string): string | null {
  const dot = join(path, '.git');
  try {
    const found = lstatSync(dot);
    if (!found.isFile()) return realpathSync(dot);
    const target = /^gitdir: (.+?)\n?$/s.exec(readFileSync(dot, 'utf8'))?.[1];
    return target === undefined ? null : realpathSync(resolvePath(path, target));
  } catch {
    return null;
  }
}

const MAX_ALTERNATES = 50;
/** Git needs some 260; a link to a folder with many others must not become a walk through the disk. */
const MAX_OBJECT_FOLDERS = 2000;

/**
 * Finds a repository's objects: a second work tree shares those of the first, and any repository may borrow from
 * others. Null if there are none; refused if any of them lies outside the allowed folders.
 */
async function objectsOf(git: string, policy: GitUrlPolicy): Promise<string | null> {
  const common = readText(join(git, 'commondir'));
  const own = join(common === null ? git : resolvePath(git, common), 'objects');
  if (!existsSync(own)) return null;
  const folders = [realpathSync(own)];
  for (const folder of folders) {
    if (!isAllowed(folder, policy) || folders.length > MAX_ALTERNATES) throw outside();
    for (const line of (readText(join(folder, 'info', 'alternates')) ?? '').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      // Git unquotes a quoted path; here it would be taken literally.
      if (line.startsWith('"')) throw outside();
      const alternate = resolvePath(folder, line);
      if (existsSync(alternate) && !folders.includes(realpathSync(alternate)))
        folders.push(realpathSync(alternate));
    }
    await refuseLinksOutside(folder, policy);
  }
  return folders[0] ?? null;
}

/** Refuses symbolic links below a folder of objects that lead outside the allowed folders: Git would follow them. */
async function refuseLinksOutside(objects: string, policy: GitUrlPolicy): Promise<void> {
  const visited = new Set([objects]);
  for (const folder of visited) {
    if (visited.size > MAX_OBJECT_FOLDERS) throw outside();
    // A folder can disappear meanwhile: Git removes those that it has emptied into a pack.
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visited.add(path);
      if (!entry.isSymbolicLink()) continue;
      // A link to nowhere is refused as well: its target can be created later.
      const target = await realpath(path).catch(() => null);
      if (target === null || !isAllowed(target, policy)) throw outside();
      if (lstatSync(target).isDirectory()) visited.add(target);
    }
  }
}

function isAllowed(real: string, { localRoots }: GitUrlPolicy): boolean {
  return localRoots.some((root) => isBelow(root, real));
}

/** Escapes a value for a Git configuration file. */
function escapeValue(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function outside(): SyncError {
  return new SyncError(
    'PATH_NOT_ALLOWED',
    'The repository of this folder lies outside the folders in LOCAL_REPOSITORIES, or borrows from one that does.',
  );
}
