import type { ObjectId } from '../objects/git-object.ts';
import type { GitPath } from '../objects/git-path.ts';
import type { GitTree, Head, KeptTrees } from './source.ts';
import type { SyncPhase } from '../sync-state.ts';
import type { SyncStats, SyncWarning } from '../sync-stats.ts';

/** A sync that a worker has claimed. */
export interface ClaimedSync {
  readonly projectId: string;
  readonly id: string;
  readonly repositoryId: string;
  readonly branchId: string;
  readonly branch: string;
  readonly full: boolean;
  /** The number of the snapshot that a RESTORE makes current; null for every other sync. */
  readonly restoredNumber: number | null;
  /** The number of the new snapshot: one more than its branch's head. */
  readonly number: number;
  /** An earlier worker died after FINALIZE: only the enrichments are left. */
  readonly finalized: boolean;
  /** The number of claims so far, including this one. */
  readonly attempts: number;
  /** The oldest versions of the rules by which any stored content was read. */
  readonly readBy: { readonly split: number; readonly redaction: number };
}

/** The finalized snapshot that a sync starts from. */
export interface BaseSnapshot {
  readonly branchId: string;
  readonly number: number;
  readonly commitOid: ObjectId;
  readonly treeOid: ObjectId;
  /** True if it is of the same branch, whose rows are marked; the rows of another branch are copied. */
  readonly own: boolean;
  readonly files: number;
}

/** One content as stored. */
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
  readonly hash: string;
  readonly tokens: number;
  readonly words: string;
  readonly date?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** The memory entries of one content, split by one dialect. */
export interface KeptAnalysis {
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly entries: readonly KeptEntry[];
}

/** One file of the new snapshot that differs from the base. */
export interface FileRow {
  readonly path: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly language: string | null;
  readonly ignored: string | null;
  readonly renamedFrom: GitPath | null;
}

/** One file of a stored snapshot. */
export interface KeptFile {
  readonly path: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly language: string | null;
  readonly ignored: string | null;
}

/** The numbers behind a progress message. */
export interface ProgressDetail {
  /** Items done, items in all, and items per second. */
  readonly done?: number;
  readonly total?: number;
  readonly rate?: number;
  /** Estimated; absent until an estimate is possible. */
  readonly secondsLeft?: number;
  /** The reason for a wait, and its end if known. */
  readonly waitingFor?: string;
  readonly waitingUntil?: string | null;
}

/** One report of a running sync. */
export interface ProgressNote {
  readonly phase: SyncPhase;
  readonly progress: number;
  readonly message: string;
  readonly stats: SyncStats;
  readonly detail: ProgressDetail;
}

/**
 * The storage of a claimed sync. Each write is one short transaction. It first checks that this worker still holds the
 * lease, or throws LEASE_LOST, and it stores the note about the work together with the work.
 */
export interface SyncStore {
  readonly sync: ClaimedSync;
  readonly trees: KeptTrees;
  /** Returns the snapshot to start from; null for the first sync of a repository. */
  base(): Promise<BaseSnapshot | null>;
  /** Undoes the marks that an earlier attempt at this number left. */
  sweep(): Promise<void>;
  note(note: ProgressNote): Promise<void>;
  /** Returns the number of stored trees that differed and were corrected, which only overwriting does. */
  saveTrees(trees: readonly GitTree[], options: { overwrite: boolean }): Promise<number>;
  /** Returns the contents that are not stored, and the analyses (`oid dialect`) that are not. */
  missing(
    files: readonly { oid: ObjectId; dialect: string }[],
  ): Promise<{ blobs: Set<ObjectId>; analyses: Set<string> }>;
  /** Returns one page of contents that were read by older rules; empty once there are none. */
  staleAnalyses(): Promise<readonly { oid: ObjectId; dialect: string }[]>;
  /** Records that all contents are read by the current rules. */
  markRead(): Promise<void>;
  loadBlobs(oids: readonly ObjectId[]): Promise<Map<ObjectId, KeptBlob>>;
  saveContents(
    contents: { blobs: readonly KeptBlob[]; analyses: readonly KeptAnalysis[]; overwrite: boolean },
    note: ProgressNote | null,
  ): Promise<void>;
  /** Copies the rows of the base to a new branch. */
  copyBase(base: BaseSnapshot, note: ProgressNote): Promise<{ files: number; entries: number }>;
  /** Ends and adds rows, and counts the memory entries that the branch gained and lost by it. */
  saveFiles(
    rows: readonly FileRow[],
    ended: readonly GitPath[],
    note: ProgressNote | null,
  ): Promise<{ created: number; superseded: number }>;
  /** Yields the branch's stored snapshot, in pages. */
  listing(): AsyncGenerator<readonly KeptFile[]>;
  /** Restores an earlier snapshot by marks alone, and counts the differences. */
  restore(
    number: number,
  ): Promise<
    Pick<
      SyncStats,
      'filesAdded' | 'filesModified' | 'filesRemoved' | 'filesTotal' | 'entriesCreated' | 'entriesSuperseded'
    > & { head: Head }
  >;
  /** Links the chain and moves the branch's head: from then on readers see the whole new snapshot. */
  finalize(head: Head, stats: SyncStats, warnings: readonly SyncWarning[], note: ProgressNote): Promise<void>;
  /** Records that the branch no longer exists at its source. Its history stays. */
  markGone(): Promise<void>;
}
