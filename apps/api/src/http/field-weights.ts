/**
 * The cost of fields that do more than read a row: they ask the source, compare listings or return long texts. Every other
 * field costs 1.
 */
export const fieldWeights: Readonly<Record<string, number>> = {
  'Branch.commitsBehind': 20,
  'Branch.plan': 2000,
  'Branch.verification': 50_000,
  'FileChange.additions': 10,
  'FileChange.deletions': 10,
  'FileChange.patch': 20,
  'Instance.operations': 500,
  'Instance.repositoryCheck': 2000,
  'Project.repositoryCheck': 2000,
  'Project.search': 100,
  'Project.usage': 500,
  'Repository.branch': 20,
  'Repository.branches': 100,
  'RepositoryFile.text': 5,
  'SyncPlan.secondsExpected': 50,
  'Snapshot.compare': 20,
  'Snapshot.context': 200,
  'Snapshot.changesSince': 20,
  'Snapshot.ignorePreview': 500,
  'Snapshot.meaning': 50,
  'Snapshot.moduleGraph': 200,
  'Snapshot.paths': 500,
};

/** Fields whose text may hold a `/pattern/`, which is compared with every passage for up to five seconds: what that costs beside. */
export const patternWeights: Readonly<
  Record<string, { readonly argument: string; readonly weight: number }>
> = {
  'Project.search': { argument: 'query', weight: 10_000 },
};

/** Fields that take a list and do a request's worth of work for each of its elements: what an element costs. */
export const elementWeights: Readonly<Record<string, { readonly list: string; readonly weight: number }>> = {
  'Mutation.startSyncs': { list: 'syncs', weight: 5000 },
};
