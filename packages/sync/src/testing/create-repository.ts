import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectFormat, ObjectId } from '../objects/git-object.ts';
import { pathToBytes, parsePath, type GitPath } from '../objects/git-path.ts';

/** What a commit changes at one path: new bytes with a mode, a submodule's commit, or nothing any more. */
export type FileChange =
  | string
  | Uint8Array
  | null
  | { readonly content: string | Uint8Array; readonly mode: '100644' | '100755' | '120000' }
  | { readonly submodule: ObjectId };

/** A real bare Git repository, written by `git fast-import`: thousands of commits cost one process. */
export interface TestRepository {
  readonly path: string;
  readonly format: ObjectFormat;
  /** Commits changes on top of a branch (or of `from`), and gives the commit's id. */
  commit(
    branch: string,
    changes: ReadonlyMap<GitPath, FileChange> | Record<string, FileChange>,
    options?: CommitOptions,
  ): ObjectId;
  /** Moves a branch to a commit, or away with null. */
  point(branch: string, commit: ObjectId | null): void;
  head(branch: string): ObjectId;
  /** The oracle: `git ls-tree -r -z --full-tree`, byte for byte. */
  lsTree(revision: string): Buffer;
  git(...args: string[]): Buffer;
  remove(): Promise<void>;
}

/** How a commit differs from the usual one on top of its branch. */
export interface CommitOptions {
  readonly message?: string;
  /** Start from this commit instead of the branch's head: a force-push. Null starts from nothing. */
  readonly from?: ObjectId | null;
}

/** Makes an empty repository in a folder of its own. */
export async function createRepository(
  options: { format?: ObjectFormat; defaultBranch?: string } = {},
): Promise<TestRepository> {
  const format = options.format ?? 'sha1';
  const path = await mkdtemp(join(tmpdir(), 'project-sync-git-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    LC_ALL: 'C',
  };
  const git = (...args: string[]): Buffer =>
    execFileSync('git', args, { cwd: path, env, maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'pipe'] });
  git(
    'init',
    '--quiet',
    '--bare',
    `--object-format=${format}`,
    `--initial-branch=${options.defaultBranch ?? 'main'}`,
  );
  let clock = 1_700_000_000;

  return {
    path,
    format,
    commit(branch, changes, commitOptions = {}) {
      const parts: Buffer[] = [];
      const say = (text: string | Uint8Array) => parts.push(Buffer.from(text));
      const data = (content: string | Uint8Array) => {
        const bytes = Buffer.from(content);
        say(`data ${bytes.length}\n`);
        say(bytes);
        say('\n');
      };
      clock += 60;
      const ref = `refs/heads/${branch}`;
      const exists =
        commitOptions.from === undefined &&
        spawnSync('git', ['rev-parse', '-q', '--verify', ref], { cwd: path, env }).status === 0;
      if (commitOptions.from !== undefined)
        say(`reset ${ref}\n${commitOptions.from === null ? '' : `from ${commitOptions.from}\n`}\n`);
      say(`commit ${ref}\ncommitter Test <test@example.invalid> ${clock} +0000\n`);
      data(commitOptions.message ?? `Commit ${clock}`);
      if (exists) say(`from ${ref}^0\n`);
      const entries =
        changes instanceof Map
          ? [...changes]
          : Object.entries(changes).map(([name, change]) => [parsePath(name), change] as const);
      // Removals first: a folder may become a file within one commit.
      for (const [name, change] of entries)
        if (change === null) say(Buffer.concat([Buffer.from('D '), quoted(name), Buffer.from('\n')]));
      for (const [name, change] of entries) {
        if (change === null) continue;
        if (typeof change === 'object' && 'submodule' in change) {
          say(Buffer.concat([Buffer.from(`M 160000 ${change.submodule} `), quoted(name), Buffer.from('\n')]));
          continue;
        }
        const { content, mode } =
          typeof change === 'object' && 'mode' in change ? change : { content: change, mode: '100644' };
        say(Buffer.concat([Buffer.from(`M ${mode} inline `), quoted(name), Buffer.from('\n')]));
        data(content);
      }
      say('\ndone\n');
      const result = spawnSync('git', ['fast-import', '--quiet', '--force', '--done'], {
        cwd: path,
        env,
        input: Buffer.concat(parts),
      });
      if (result.status !== 0) throw new Error(`fast-import failed: ${result.stderr.toString('utf8')}`);
      return git('rev-parse', ref).toString().trim();
    },
    point: (branch, commit) =>
      void (commit === null
        ? git('update-ref', '-d', `refs/heads/${branch}`)
        : git('update-ref', `refs/heads/${branch}`, commit)),
    head: (branch) => git('rev-parse', `refs/heads/${branch}`).toString().trim(),
    lsTree: (revision) => git('ls-tree', '-r', '-z', '--full-tree', revision),
    git,
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** fast-import reads a path in quotes as C does, so that any byte but NUL can stand in it. */
function quoted(path: GitPath): Buffer {
  let text = '"';
  for (const byte of pathToBytes(path)) {
    if (byte === 0x22 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return Buffer.from(`${text}"`, 'latin1');
}
