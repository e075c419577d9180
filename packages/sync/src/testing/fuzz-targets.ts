import type { FuzzTarget } from '@project-sync/knowledge/testing';
import { parseGitHubUrl } from '../github/parse-github-url.ts';
import { parseGitUrl } from '../git/git-url.ts';
import { decodeTree, encodeTree } from '../objects/git-object.ts';
import { parsePath, pathFromBytes, showPath } from '../objects/git-path.ts';
import { SyncError } from '../sync-error.ts';

const holds = (condition: boolean, claim: string): void => {
  if (!condition) throw new Error(`It does not hold that ${claim}.`);
};

/** Runs a parser that may refuse its text, but only in its own words. */
function mayRefuse(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (error instanceof SyncError) return;
    throw error;
  }
}

const tree = Buffer.concat([
  Buffer.from('100644 a.ts\0'),
  Buffer.alloc(20, 7),
  Buffer.from('40000 b\0'),
  Buffer.alloc(20, 9),
]).toString('latin1');

/** The readers of what a Git server sends, each with what must hold for all bytes. */
export const fuzzTargets: readonly FuzzTarget[] = [
  {
    name: 'Git objects',
    samples: [tree, tree.repeat(20)],
    check(text) {
      const bytes = Buffer.from(text, 'latin1');
      let entries;
      try {
        entries = decodeTree('sha1', bytes);
      } catch (error) {
        holds(error instanceof Error && /truncated/.test(error.message), 'a broken tree is called truncated');
        return;
      }
      holds(entries.length <= bytes.length / 22, 'a tree has no more entries than bytes for them');
      const again = decodeTree('sha1', encodeTree(entries));
      holds(again.length === entries.length, 'a tree that was read can be written and read again');
    },
  },
  {
    name: 'paths',
    samples: ['"quoted"', 'caf\u00c3\u00a9.txt', '"\\351.txt"', 'a/b/c'],
    check(text) {
      const path = pathFromBytes(Buffer.from(text, 'latin1'));
      holds(parsePath(showPath(path)) === path, 'a path is shown as text that parses back to it');
    },
  },
  {
    name: 'addresses',
    samples: ['https://github.com/owner/name', 'git@host.example:a/b.git', 'ssh://x@y/z', 'file:///tmp/x'],
    check(text) {
      mayRefuse(() => parseGitUrl(text, { allowedHosts: null, localRoots: [] }));
      mayRefuse(() => parseGitHubUrl(text, undefined));
    },
  },
];
