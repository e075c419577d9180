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
  HeadsAnswer,
  KeptCommit,
  KeptTrees,
  Source,
  SourceBranch,
  SourceCall,
  SourceUsage,
  SourceWait,
  TaggedHeads,
  TreeBatch,
  TreesRequest,
  WantedBlob,
} from './ports/source.ts';
export { sourceProviders, type SourceProvider } from './source-provider.ts';
export type { BudgetLeft, OnBudget } from './http-api/transport.ts';
export { gitSource, type GitSourceOptions } from './git/git-source.ts';
export { launchHere, type Launch } from './git/spawn.ts';
export { Launcher } from './git/spawn-server.ts';
export { parseGitUrl, type GitAddress, type GitUrlPolicy, type SshAccess } from './git/git-url.ts';
export { addressIsPublic, systemResolve, type Resolve } from './git/public-address.ts';
export {
  exchangeManifestCode,
  fetchBranches,
  fetchBranchHead,
  fetchRepoTreeWithSha,
  findInstallation,
  githubClient,
  githubSource,
  parseGitHubUrl,
  type Clock,
  type Credentials,
  type GitHubApp,
  type GitHubName,
  type GitHubSourceOptions,
  type RepoTreeFile,
} from './github/index.ts';
export type { ContentReader, FileClass } from './ports/content-reader.ts';
export { diffTrees, type PathChange, type TreeComparison } from './objects/diff-trees.ts';
export { defaultTreeLimits, type TreeLimits } from './objects/tree-limits.ts';
export { watchSteps } from './watch-steps.ts';
export { syncProject } from './sync-project.ts';
export { SyncRun, type Enrichment, type PhaseReport, type SyncRunOptions } from './sync-run.ts';
export {
  activeStatuses,
  endedStatuses,
  isActive,
  isTerminal,
  phases,
  runningPhases,
  statusAfter,
  statusesBefore,
  syncStatuses,
  transitions,
  type SyncHappening,
  type SyncPhase,
  type SyncStatus,
} from './sync-state.ts';
export { syncStatesModule } from './print-states.ts';
export { emptyStats, type SyncStats, type SyncWarning } from './sync-stats.ts';
export type { ProgressDetail, ProgressNote } from './ports/progress-note.ts';
export type {
  BaseSnapshot,
  ClaimedSync,
  FileRow,
  FinalizedSnapshot,
  KeptAnalysis,
  KeptBlob,
  KeptEntry,
  KeptFile,
  RestoredCounts,
  SyncOrigin,
  SyncStore,
  TouchedContent,
  TouchedFile,
  TouchedRows,
} from './ports/sync-store.ts';
export { EMBED_QUEUE, SYNC_QUEUE, type JobQueue, type WorkerLog } from './ports/job-queue.ts';
export type { PhaseWatch, SyncEnd, SyncObserver } from './ports/sync-observer.ts';
export type { Claim, Ending, SyncClaims } from './ports/sync-claims.ts';
export type {
  EmbeddingsDue,
  EmbeddingScope,
  EmbeddingStore,
  OpenPassage,
  PassageVector,
} from './ports/embedding-store.ts';
export type { PassageEmbedder } from './ports/passage-embedder.ts';
export { findRenames } from './objects/find-renames.ts';
export { embedPassages, type EmbeddingProgress } from './phases/embed-passages.ts';
export { embedPhase } from './phases/embed-phase.ts';
export { embedInBackground } from './worker/embed-in-background.ts';
export {
  createSyncWorker,
  type OpenSource,
  type SyncWorker,
  type SyncWorkerOptions,
} from './worker/sync-worker.ts';
export {
  contentKey,
  type AnalysedFile,
  type AnalysisStart,
  type AnalysisStore,
  type ChangedFile,
  type ContentKey,
  type LinkedFile,
  type PublishedFile,
  type ReadContent,
  type SymbolChanges,
} from './ports/analysis-store.ts';
export { axiomPhase } from './phases/axiom-phase.ts';
export type { RuleStore } from './ports/rule-store.ts';
export { analyzePhase, type AnalyzeOptions, type ReadFacts } from './phases/analyze/analyze-phase.ts';
export { consolidatePhase } from './phases/consolidate/consolidate-phase.ts';
export type {
  ConsolidatedInsight,
  Consolidation,
  ConsolidationRules,
  ConsolidationStart,
  ConsolidationStore,
  NewStatement,
  ToldPassage,
  ToldSource,
  ToldStatement,
} from './ports/consolidation-store.ts';
export type {
  ContextWanted,
  PatternContext,
  PatternResult,
  PatternsStart,
  PatternStore,
  TouchedInput,
} from './ports/pattern-store.ts';
export type { Reservation, WantedPages, WritingLimits, WritingStore } from './ports/writing-store.ts';
export type { DocumentStart, DocumentStore, StandingPage, WrittenPage } from './ports/document-store.ts';
export { canHaveModelPart, type ModelWriting } from './phases/document/page-author.ts';
export { documentPhase } from './phases/document/document-phase.ts';
