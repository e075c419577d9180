import type { ObjectId } from '../objects/git-object.ts';
import type { Source, SourceCall } from '../ports/source.ts';
import { branchOf, branchPage, refOf } from './branch-page.ts';
import type { GitRunner } from './git-runner.ts';

const MAX_PATTERNS = 100;

/** The calls that need a remote's references only, wherever its objects are read from. */
export interface RemoteBranches extends Pick<Source, 'defaultBranch' | 'branches' | 'heads'> {
  /** Returns a branch's commit and full name; null if there is no such branch. */
  listed(branch: string, call: SourceCall): Promise<{ ref: string; oid: ObjectId } | null>;
}

/** Lists a remote's branches. */
export function lsRemote(git: GitRunner): RemoteBranches {
  return {
    defaultBranch: async (call) => branchOf((await git.listRefs(['HEAD'], call)).head),
    branches: async (page, call) => branchPage(await git.listRefs(['HEAD', 'refs/heads/*'], call), page),
    async heads(branches, _seen, call) {
      const wanted = new Map(branches.flatMap((name) => named(name)));
      // More names than a command line should hold are picked from the whole list.
      const patterns = wanted.size > MAX_PATTERNS ? ['refs/heads/*'] : [...wanted.keys()];
      const { oids } = patterns.length === 0 ? { oids: new Map() } : await git.listRefs(patterns, call);
      const heads = new Map<string, ObjectId>();
      for (const [ref, oid] of oids) {
        const name = wanted.get(ref);
        if (name !== undefined) heads.set(name, oid);
      }
      return { heads, seen: new Map() };
    },
    async listed(branch, call) {
      const ref = refOf(branch);
      const oid = ref === null ? undefined : (await git.listRefs([ref], call)).oids.get(ref);
      return ref === null || oid === undefined ? null : { ref, oid };
    },
  };
}

function named(branch: string): [ref: string, branch: string][] {
  const ref = refOf(branch);
  return ref === null ? [] : [[ref, branch]];
}
