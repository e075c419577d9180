import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathKind } from '@project-sync/knowledge';

/** A commit that fixed an issue: its message is the question, and the source files that it changed are the answer. */
export interface Fix {
  readonly repository: string;
  readonly unseen: boolean;
  readonly clone: string;
  readonly commit: string;
  readonly text: string;
  /** Source files that stood there before the fix. */
  readonly files: readonly string[];
}

interface FixList {
  readonly repository: string;
  readonly unseen: boolean;
  readonly fixes: readonly string[];
}

const code = /\.(ts|tsx|js|mjs|cjs|jsx|py|go|rs|java|rb|php|svelte|vue)$/;
/** Lines that name people, or the issue by its number alone. */
const trailer = /^(co-authored|signed-off|reviewed|acked|change-id|reported|tested)[\w-]*:/i;

/** Reads the fixes of some repositories, or of all, from bare clones: `<clones>/<name>`. Only commit numbers are stored here. */
export function readFixes(clones: string, only: readonly string[] | null): Fix[] {
  const lists = JSON.parse(
    readFileSync(new URL('context-fixes.json', import.meta.url), 'utf8'),
  ) as readonly FixList[];
  const nameOf = (repository: string): string => repository.slice(repository.indexOf('/') + 1);
  const asked = lists.filter(({ repository }) => only?.includes(nameOf(repository)) ?? true);
  return asked.flatMap(({ repository, unseen, fixes }) => {
    const clone = join(clones, nameOf(repository));
    return fixes.map((commit) => ({ repository, unseen, clone, commit, ...readFix(clone, commit) }));
  });
}

function readFix(clone: string, commit: string): Pick<Fix, 'text' | 'files'> {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const text = git('log', '-1', '--format=%B', commit)
    .split('\n')
    .filter((line) => !trailer.test(line))
    .join('\n')
    .trim();
  const files = git('diff-tree', '-r', '-M', '--no-commit-id', '--name-status', '-z', commit)
    .split('\0')
    .reduce<{ paths: string[]; renames: number; status: string }>(
      ({ paths, renames, status }, field) => {
        if (renames > 0) return { paths, renames: renames - 1, status };
        if (status === '') return { paths, renames, status: field.slice(0, 1) };
        if (status !== 'A') paths.push(field);
        return { paths, renames: status === 'R' ? 1 : 0, status: '' };
      },
      { paths: [], renames: 0, status: '' },
    ).paths;
  return { text, files: files.filter((path) => code.test(path) && pathKind(path) === 'source') };
}
