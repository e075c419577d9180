import type { AnalysisStore } from './analysis-store.ts';
import type { ConsolidationStore } from './consolidation-store.ts';
import type { PatternStore } from './pattern-store.ts';
import type { DocumentStore } from './document-store.ts';
import type { WritingStore } from './writing-store.ts';
import type { RuleStore } from './rule-store.ts';
import type { ObjectId } from '../objects/git-object.ts';
import type { GitPath } from '../objects/git-path.ts';
import type { ProgressNote } from './progress-note.ts';
import type { SyncPhase } from '../sync-state.ts';
import type { SyncStats, SyncWarning } from '../sync-stats.ts';
import type { GitTree, Head, KeptTrees } from './source.ts';

/** Where a sync comes from, for logs, metrics and traces. The sync itself does not depend on it. */
export interface SyncOrigin {
  /** The project's short name, as in addresses. */
  readonly project: string;
  /** The sync's number within its project, for people. */
  readonly ordinal: number;
  /** The repository's name. */
  readonly repository: string;
  readonly trigger: 'MANUAL' | 'WEBHOOK' | 'SCHEDULE' | 'RESTORE';
  /** The ID of the user who asked for it; null where no user did. */
  readonly requestedBy: string | null;
  /** The trace of the request that asked for it, as the header `traceparent` writes it. */
  readonly traceParent: string | null;
  /** The time it waited for its first worker. */
  readonly waitedMs: number;
  /** The time since its first worker began: 0 in that worker. */
  readonly ranMs: number;
}

/** A sync that a worker has claimed. */
export interface ClaimedSync {
  readonly projectId: string;
  readonly id: string;
  readonly repositoryId: string;
  readonly branchId: string;
  readonly branch: string;
  readonly full: boolean;
  /** The number of the snapshot that a RESTORE makes current again; null for any other sync. */
  readonly restoredNumber: number | null;
  /** The number this sync works at: one more than its branch's head. */
  readonly number: number;
  /** An earlier worker died after FINALIZE, so only the enrichments are left. */
  readonly finalized: boolean;
  /** How many workers have claimed it, this one included. */
  readonly attempts: number;
  /** How often its process ended while it got no further: three for an end after a heartbeat, one for a sooner one. */
  readonly deaths: number;
  /** The phase it was in when it was claimed. */
  readonly phase: SyncPhase;
  /** The rules about paths that are stored with the repository. Each change of them has a higher version. */
  readonly ignoreRules: { readonly text: string; readonly version: number };
  /** The oldest versions of the rules by which the project's contents have been split and redacted. */
  readonly readBy: { readonly split: number; readonly redaction: number };
  readonly origin: SyncOrigin;
}

/** A finalized snapshot that the next one can start from. */
export interface BaseSnapshot {
  readonly branchId: string;
  readonly number: number;
  readonly commitOid: ObjectId;
  readonly treeOid: ObjectId;
  /** True for the branch's own snapshot, whose rows are marked. The rows of another branch are copied. */
  readonly own: boolean;
  readonly files: number;
  /** The version of the stored rules that its rows were classified under; -1 where they were under several. */
  readonly rulesVersion: number;
}

/** The snapshot that a sync finalized. It can be read at any time after FINALIZE, by a later worker too. */
export interface FinalizedSnapshot {
  readonly number: number;
  readonly head: Head;
  /** The branch's snapshot before this one; null for its first. */
  readonly previous: {
    readonly number: number;
    readonly commitOid: ObjectId;
    readonly treeOid: ObjectId;
  } | null;
  /** The number of the snapshot that was restored; null for a sync from the source. */
  readonly restoredNumber: number | null;
}

/** A content as stored. */
export interface KeptBlob {
  readonly oid: ObjectId;
  readonly size: number;
  readonly isBinary: boolean;
  readonly encoding: string | null;
  readonly content: Uint8Array | null;
  readonly skipReason: 'TOO_LARGE' | 'BINARY' | null;
}

/** One memory entry of a content, with its passage. */
export interface KeptEntry {
  readonly kind: 'CODE' | 'DOC' | 'LETTER';
  readonly title: string;
  readonly symbol: string | null;
  readonly parents: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
  /** The line that the text stands under, to be indexed and embedded with it. */
  readonly head?: string | null | undefined;
  /** The definitions that begin in the entry, and their distinct qualified names. Without them the symbol is the one definition. */
  readonly definitions?: readonly { readonly qualifiedName: string; readonly kind: string }[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly generated?: boolean | undefined;
  readonly hash: string;
  readonly tokens: number;
  readonly words: string;
  readonly date?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** The entries of one content, split in one dialect. */
export interface KeptAnalysis {
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly entries: readonly KeptEntry[];
}

/** A file of a stored snapshot. */
export interface KeptFile {
  readonly path: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly language: string | null;
  readonly ignored: string | null;
}

/** A file of the new snapshot that differs from the base. */
export interface FileRow extends KeptFile {
  readonly renamedFrom: GitPath | null;
}

/** A content that is in the new snapshot of the branch and was not in the previous one. */
export interface TouchedContent {
  readonly oid: ObjectId;
  readonly dialect: string;
  /** One of the paths that have it. */
  readonly path: GitPath;
}

/** A file that the sync added, changed or removed. `oid` is null for a removed file, `previousOid` for a new one. */
export interface TouchedFile {
  readonly path: GitPath;
  readonly oid: ObjectId | null;
  readonly dialect: string | null;
  readonly previousOid: ObjectId | null;
}

/** The changes that a sync made to its branch, read from its rows, in pages. The cost follows the change. */
export interface TouchedRows {
  contents(): AsyncGenerator<readonly TouchedContent[]>;
  files(): AsyncGenerator<readonly TouchedFile[]>;
}

/** The counts of a restore, and the commit it restored. */
export type RestoredCounts = Pick<
  SyncStats,
  'filesAdded' | 'filesModified' | 'filesRemoved' | 'filesTotal' | 'entriesCreated' | 'entriesSuperseded'
> & { readonly head: Head };

/**
 * Storage for one claimed sync. Each writing call is one short transaction that first checks the lease and the fence,
 * and stores the given note with the work. It throws LEASE_LOST when another worker has claimed the sync.
 */
export interface SyncStore {
  readonly sync: ClaimedSync;
  readonly trees: KeptTrees;
  /** The snapshot to start from: the branch's own, or one of the same repository; null when there is none. */
  base(): Promise<BaseSnapshot | null>;
  /** Removes the marks that an earlier attempt at this number left. */
  sweep(): Promise<void>;
  note(note: ProgressNote): Promise<void>;
  /** Returns how many stored trees differed and were repaired, which only happens with `overwrite`. */
  saveTrees(trees: readonly GitTree[], options: { overwrite: boolean }): Promise<number>;
  /** Returns which of these contents are not stored, and which are stored but not split in this dialect. */
  missing(
    files: readonly { oid: ObjectId; dialect: string }[],
  ): Promise<{ blobs: Set<ObjectId>; analyses: Set<string> }>;
  /** Returns a page of the project's contents that older rules have split or redacted; empty when there are none. */
  staleAnalyses(): Promise<readonly { oid: ObjectId; dialect: string }[]>;
  /** Records that every content of the project has been read by the current rules. */
  markRead(): Promise<void>;
  loadBlobs(oids: readonly ObjectId[]): Promise<Map<ObjectId, KeptBlob>>;
  saveContents(
    contents: { blobs: readonly KeptBlob[]; analyses: readonly KeptAnalysis[]; overwrite: boolean },
    note: ProgressNote | null,
  ): Promise<void>;
  /** Copies the rows of another branch's snapshot to this branch. */
  copyBase(base: BaseSnapshot, note: ProgressNote): Promise<{ files: number; entries: number }>;
  /** Supersedes and adds rows. Returns how many entries the branch gained and lost with them. */
  saveFiles(
    rows: readonly FileRow[],
    ended: readonly GitPath[],
    note: ProgressNote | null,
  ): Promise<{ created: number; superseded: number }>;
  /** Reads the branch's whole snapshot at this sync's number, in pages. */
  listing(): AsyncGenerator<readonly KeptFile[]>;
  /** Marks rows so that the branch is at an earlier snapshot again, and counts the differences. */
  restore(number: number): Promise<RestoredCounts>;
  /** Links the chain and moves the branch's head: from this instant readers see the new snapshot. */
  finalize(
    snapshot: {
      readonly head: Head;
      readonly stats: SyncStats;
      readonly warnings: readonly SyncWarning[];
    },
    note: ProgressNote,
  ): Promise<void>;
  /** Reads the snapshot that this sync finalized. */
  finalized(): Promise<FinalizedSnapshot>;
  /** The changes that this sync made to its branch. */
  touched(): TouchedRows;
  /** Storage for the analysis of the finalized snapshot. */
  analysis(): AnalysisStore;
  /** Storage for the insights of the project. */
  consolidation(): ConsolidationStore;
  /** Storage for the patterns of the analysed snapshot. */
  patterns(): PatternStore;
  /** Storage for the generated pages of the finalized snapshot. */
  documents(): DocumentStore;
  /** Storage for what a language model writes in this sync. */
  writing(): WritingStore;
  /** Storage for the documents of the finalized snapshot that rule. */
  rules(): RuleStore;
  /** Records that the branch no longer exists at its source. Its history stays. */
  markGone(): Promise<void>;
}
