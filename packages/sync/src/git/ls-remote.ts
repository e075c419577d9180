import type { ObjectId } from '../objects/git-object.ts';
import type { Source, SourceCall } from '../ports/source.ts';
import { branchOf, branchPage, refOf } from './branch-page.ts';
import type { GitRunner } from './git-runner.ts';

/** What is asked of a remote's references alone, wherever its objects are read from. */
export interface BranchQuestions extends Pick<Source, 'defaultBranch' | 'branches'> {
  /** Where a branch stands, with its full name; null where there is none of this name. */
  listed(branch: string, call: SourceCall): Promise<{ ref: string; oid: ObjectId } | null>;
}

/** Asks a remote for its branches. */
export function askBranches(git: GitRunner): BranchQuestions {
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
