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
  /** The number of the snapshot that a RESTORE brings back; null for every other sync. */
  readonly restoredNumber: number | null;
  /** The number that this sync works at: one more than its branch's head. */
  readonly number: number;
  /** An earlier worker died after FINALIZE: only the enrichment is left. */
  readonly finalized: boolean;
  /** How many workers have taken it, this one among them. */
  readonly attempts: number;
  /** The versions of the rules by which everything that the project keeps has been read. */
  readonly readBy: { readonly split: number; readonly redaction: number };
}

/** A finalized snapshot that the next one can start from. */
export interface BaseSnapshot {
  readonly branchId: string;
  readonly number: number;
  readonly commitOid: ObjectId;
  readonly treeOid: ObjectId;
  /** Of the same branch: its rows are marked. Of another one: its rows are copied. */
  readonly own: boolean;
  readonly files: number;
}

/** One content as it is kept. */
export interface KeptBlob {
  readonly oid: ObjectId;
  readonly size: number;
  readonly isBinary: boolean;
  readonly encoding: string | null;
  readonly content: Uint8Array | null;
  readonly skipReason: 'TOO_LARGE' | 'BINARY' | null;
}

/** One piece of what a content says. */
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

/** What was made of one content read in one way. */
export interface KeptAnalysis {
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly entries: readonly KeptEntry[];
}

/** One row of the new snapshot that differs from the base, or the end of one. */
export interface FileRow {
  readonly path: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly language: string | null;
  readonly ignored: string | null;
  readonly renamedFrom: GitPath | null;
}

/** A line of a kept snapshot. */
export interface KeptFile {
  readonly path: GitPath;
  readonly mode: number;
  readonly oid: ObjectId;
  readonly dialect: string;
  readonly language: string | null;
  readonly ignored: string | null;
}

/** What somebody who watches wants to know beside a sentence. */
export interface ProgressDetail {
  /** How many of how many the phase has done, and how many it does a second. */
  readonly done?: number;
  readonly total?: number;
  readonly rate?: number;
  /** An estimate, once there is one. */
  readonly secondsLeft?: number;
  /** Why nothing moves, and until when. */
  readonly waitingFor?: string;
  readonly waitingUntil?: string | null;
}

/** What is told with a piece of work. */
export interface ProgressNote {
  readonly phase: SyncPhase;
  readonly progress: number;
  readonly message: string;
  readonly stats: SyncStats;
  readonly detail: ProgressDetail;
}

/**
 * Where a claimed sync keeps what it does. Each writing call is one short transaction that first proves that the
 * sync is still this worker's, and carries the note that speaks of the work; it throws LEASE_LOST otherwise.
 */
export interface SyncStore {
  readonly sync: ClaimedSync;
  readonly trees: KeptTrees;
  /** The commit that the branch stood at when it was last finalized. */
  base(): Promise<BaseSnapshot | null>;
  /** Undoes the marks that an earlier attempt at this number left behind. */
  sweep(): Promise<void>;
  note(note: ProgressNote): Promise<void>;
  /** Gives the number of trees that were kept otherwise and have been put right, which only overwriting does. */
  saveTrees(trees: readonly GitTree[], options: { overwrite: boolean }): Promise<number>;
  /** Which of these contents are not held, and which are held but not read in this way. */
  missing(
    files: readonly { oid: ObjectId; dialect: string }[],
  ): Promise<{ blobs: Set<ObjectId>; analyses: Set<string> }>;
  /** Contents of the project that were read by older rules, a page of them; none when all is read by these. */
  staleAnalyses(): Promise<readonly { oid: ObjectId; dialect: string }[]>;
  /** Notes that nothing is left that older rules have read. */
  markRead(): Promise<void>;
  loadBlobs(oids: readonly ObjectId[]): Promise<Map<ObjectId, KeptBlob>>;
  saveContents(
    contents: { blobs: readonly KeptBlob[]; analyses: readonly KeptAnalysis[]; overwrite: boolean },
    note: ProgressNote | null,
  ): Promise<void>;
  /** Gives a new branch the rows of the snapshot that it starts from. */
  copyBase(base: BaseSnapshot, note: ProgressNote): Promise<{ files: number; entries: number }>;
  /** Ends and adds rows, and counts the entries that left the branch and came to it with them. */
  saveFiles(
    rows: readonly FileRow[],
    ended: readonly GitPath[],
    note: ProgressNote | null,
  ): Promise<{ created: number; superseded: number }>;
  /** The whole of the branch's kept snapshot, in pages. */
  listing(): AsyncGenerator<readonly KeptFile[]>;
  /** Turns the branch back to an earlier snapshot by marks alone, and counts what differs. */
  restore(
    number: number,
  ): Promise<
    Pick<
      SyncStats,
      'filesAdded' | 'filesModified' | 'filesRemoved' | 'filesTotal' | 'entriesCreated' | 'entriesSuperseded'
    > & { head: Head }
  >;
  /** Links the chain and moves the branch's head: the instant in which readers see the new snapshot whole. */
  finalize(head: Head, stats: SyncStats, warnings: readonly SyncWarning[], note: ProgressNote): Promise<void>;
  /** The branch is not at its source any more. Its history stays. */
  markGone(): Promise<void>;
}
