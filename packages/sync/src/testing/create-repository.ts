import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectFormat, ObjectId } from '../objects/git-object.ts';
import { pathToBytes, parsePath, type GitPath } from '../objects/git-path.ts';
import { gitBeside } from './git-beside.ts';

/** The change of a commit at one path: new bytes with a mode, a submodule's commit, or null for a removal. */
export type FileChange =
  | string
  | Uint8Array
  | null
  | { readonly content: string | Uint8Array; readonly mode: '100644' | '100755' | '120000' }
  | { readonly submodule: ObjectId };

/** The changes of a commit by path. */
type FileChanges = ReadonlyMap<GitPath, FileChange> | Record<string, FileChange>;

/** A real bare Git repository, written by `git fast-import`: thousands of commits cost one process. */
export interface TestRepository {
  readonly path: string;
  readonly format: ObjectFormat;
  /** Commits changes on top of a branch (or of `from`), and returns the commit's ID. */
  commit(branch: string, changes: FileChanges, options?: CommitOptions): ObjectId;
  /** Moves a branch to a commit, or deletes it. */
  point(branch: string, commit: ObjectId | null): void;
  head(branch: string): ObjectId;
  /** The oracle: `git ls-tree -r -z --full-tree`, byte for byte. */
  lsTree(revision: string): Buffer;
  git(...args: string[]): Buffer;
  remove(): Promise<void>;
}

/** The message, author and parent of a commit, if not the default ones. */
interface CommitOptions {
  readonly message?: string;
  /** The name of the author; the committer's by default. */
  readonly author?: string;
  /** Starts from this commit instead of the branch's head: a force-push. Null starts from nothing. */
  readonly from?: ObjectId | null;
}

/**
 * Creates an empty repository in a folder of its own. Its folder's name, random unless it is given, becomes the name of
 * what is connected, and so a word of the pages about it: a test that counts hits names its repositories.
 */
export async function createRepository(
  options: { format?: ObjectFormat; defaultBranch?: string; name?: string } = {},
): Promise<TestRepository> {
  const format = options.format ?? 'sha1';
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-git-'));
  const path = join(folder, options.name ?? '');
  await mkdir(path, { recursive: true });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    LC_ALL: 'C',
  };
  const git = (...args: string[]): Buffer => gitBeside({ cwd: path, env, args });
  const branch = options.defaultBranch ?? 'main';
  git('init', '--quiet', '--bare', '--template=', `--object-format=${format}`, `--initial-branch=${branch}`);
  const head = (branchName: string): ObjectId => {
    const id = idOf(path, `refs/heads/${branchName}`);
    if (id === null) throw new Error(`There is no branch ${branchName}.`);
    return id;
  };
  let clock = 1_700_000_000;

  return {
    path,
    format,
    commit(branchName, changes, { from, message, author } = {}) {
      clock += 60;
      const ref = `refs/heads/${branchName}`;
      const exists = from === undefined && idOf(path, ref) !== null;
      const input = importStream({ ref, clock, exists, from, message, author }, changes);
      gitBeside({ cwd: path, env, args: ['fast-import', '--quiet', '--force', '--done'], input });
      return head(branchName);
    },
    point: (branchName, commit) =>
      void (commit === null
        ? git('update-ref', '-d', `refs/heads/${branchName}`)
        : git('update-ref', `refs/heads/${branchName}`, commit)),
    head,
    lsTree: (revision) => git('ls-tree', '-r', '-z', '--full-tree', revision),
    git,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Reads where a reference points, as Git keeps it: a process for each question would cost more than all else here. */
function idOf(repository: string, ref: string): ObjectId | null {
  const read = (file: string): string | null => {
    try {
      return readFileSync(join(repository, file), 'utf8');
    } catch {
      return null;
    }
  };
  const packed = () =>
    read('packed-refs')
      ?.split('\n')
      .find((line) => line.endsWith(` ${ref}`))
      ?.split(' ', 1)[0];
  return read(ref)?.trim() ?? packed() ?? null;
}

interface ImportedCommit {
  readonly ref: string;
  readonly clock: number;
  readonly exists: boolean;
  readonly from: ObjectId | null | undefined;
  readonly message: string | undefined;
  readonly author: string | undefined;
}

/** Writes one commit in the language of `git fast-import`. */
function importStream(commit: ImportedCommit, changes: FileChanges): Buffer {
  const { ref, clock, exists, from } = commit;
  const parts: Buffer[] = [];
  const write = (text: string | Uint8Array): void => void parts.push(Buffer.from(text));
  if (from !== undefined) write(`reset ${ref}\n${from === null ? '' : `from ${from}\n`}\n`);
  write(`commit ${ref}\n`);
  const { author } = commit;
  if (author !== undefined)
    write(`author ${author}${author === '' ? '' : ' '}<author@example.invalid> ${clock} +0000\n`);
  write(`committer Test <test@example.invalid> ${clock} +0000\n`);
  write(data(commit.message ?? `Commit ${clock}`));
  if (exists) write(`from ${ref}^0\n`);
  const entries = entriesOf(changes);
  // Removals first: a folder may become a file within one commit.
  for (const [path, change] of entries) if (change === null) write(line('D', path));
  for (const [path, change] of entries) if (change !== null) write(modification(path, change));
  write('\ndone\n');
  return Buffer.concat(parts);
}

function entriesOf(changes: FileChanges): (readonly [GitPath, FileChange])[] {
  return isMap(changes)
    ? [...changes]
    : Object.entries(changes).map(([name, change]) => [parsePath(name), change] as const);
}

function isMap(changes: FileChanges): changes is ReadonlyMap<GitPath, FileChange> {
  return changes instanceof Map;
}

function modification(path: GitPath, change: NonNullable<FileChange>): Buffer {
  if (typeof change === 'object' && 'submodule' in change) return line(`M 160000 ${change.submodule}`, path);
  const { content, mode } =
    typeof change === 'object' && 'mode' in change ? change : { content: change, mode: '100644' };
  return Buffer.concat([line(`M ${mode} inline`, path), data(content)]);
}

function line(command: string, path: GitPath): Buffer {
  return Buffer.concat([Buffer.from(`${command} `), quoted(path), Buffer.from('\n')]);
}

function data(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

/** Quotes a path as in C, so that fast-import accepts any byte but NUL in it. */
function quoted(path: GitPath): Buffer {
  let text = '"';
  for (const byte of pathToBytes(path)) {
    if (byte === 0x22 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return Buffer.from(`${text}"`, 'latin1');
}
