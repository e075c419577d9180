import type { ObjectId } from '../objects/git-object.ts';
import type { Source, SourceCall } from '../ports/source.ts';
import { branchOf, branchPage, refOf } from './branch-page.ts';
import type { GitRunner } from './git-runner.ts';

/** The calls that need a remote's references only, wherever its objects are read from. */
export interface RemoteBranches extends Pick<Source, 'defaultBranch' | 'branches'> {
  /** Returns a branch's commit and full name; null if there is no such branch. */
  listed(branch: string, call: SourceCall): Promise<{ ref: string; oid: ObjectId } | null>;
}

/** Lists a remote's branches. */
export function lsRemote(git: GitRunner): RemoteBranches {
  return {
    defaultBranch: async (call) => branchOf((await git.listRefs(['HEAD'], call)).head),
    branches: async (page, call) => branchPage(await git.listRefs(['HEAD', 'refs/heads/*'], call), page),
    async listed(branch, call) {
      const ref = refOf(branch);
      const oid = ref === null ? undefined : (await git.listRefs([ref], call)).oids.get(ref);
      return ref === null || oid === undefined ? null : { ref, oid };
    },
  };
}
