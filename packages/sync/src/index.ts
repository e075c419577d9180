export {
  comparePaths,
  parsePath,
  pathFromBytes,
  pathToBytes,
  showPath,
  type GitPath,
} from './objects/git-path.ts';
export {
  decodeTree,
  emptyTree,
  encodeTree,
  formatOf,
  hashObject,
  MODE,
  type ObjectFormat,
  type ObjectId,
  type TreeEntry,
} from './objects/git-object.ts';
export { SyncError, type SyncErrorCode } from './sync-error.ts';
export type {
  BlobContent,
  BlobsRequest,
  BranchPage,
  GitTree,
  Head,
  HeadAnswer,
  KeptCommit,
  KeptTrees,
  Source,
  SourceBranch,
  SourceCall,
  SourceUsage,
  SourceWait,
  TreeBatch,
  TreesRequest,
  WantedBlob,
} from './ports/source.ts';
export { sourceProviders, type SourceProvider } from './source-provider.ts';
export { gitSource, type GitSourceOptions } from './git/git-source.ts';
export { launchHere, type Launch } from './git/spawn.ts';
export { Launcher } from './git/spawn-server.ts';
export { parseGitUrl, type GitAddress, type GitUrlPolicy, type SshAccess } from './git/git-url.ts';
export { systemResolve, type Resolve } from './git/public-address.ts';
export {
  fetchBranches,
  fetchBranchHead,
  fetchRepoTreeWithSha,
  githubClient,
  githubSource,
  parseGitHubUrl,
  type Clock,
  type Credentials,
  type GitHubName,
  type GitHubSourceOptions,
  type RepoTreeFile,
} from './github/index.ts';
export type { ContentReader, FileClass } from './ports/content-reader.ts';
export { diffTrees, type PathChange, type TreeComparison } from './objects/diff-trees.ts';
export { defaultTreeLimits, type TreeLimits } from './objects/tree-limits.ts';
export { syncProject } from './sync-project.ts';
export { SyncRun, type Enrichment, type SyncRunOptions } from './sync-run.ts';
export {
  isActive,
  isTerminal,
  phases,
  transitions,
  type SyncHappening,
  type SyncPhase,
  type SyncStatus,
} from './sync-state.ts';
export { emptyStats, type SyncStats, type SyncWarning } from './sync-stats.ts';
export type {
  BaseSnapshot,
  ClaimedSync,
  FileRow,
  KeptAnalysis,
  KeptBlob,
  KeptEntry,
  KeptFile,
  ProgressDetail,
  ProgressNote,
  SyncStore,
} from './ports/sync-store.ts';
export { findRenames } from './objects/find-renames.ts';
export {
  embedPassages,
  embedPhase,
  type EmbeddingsDue,
  type EmbeddingScope,
  type EmbeddingStore,
  type OpenPassage,
  type PassageEmbedder,
  type PassageVector,
} from './phases/embed-passages.ts';
