import type { GitPath } from '../objects/git-path.ts';
import type { ObjectFormat, ObjectId } from '../objects/git-object.ts';

/** One branch as its source shows it in a list. */
export interface SourceBranch {
  readonly name: string;
  readonly headOid: ObjectId;
  readonly isDefault: boolean;
}

/** One commit, pinned: everything of a sync is read at this id, whatever the branch does meanwhile. */
export interface Head {
  readonly commitOid: ObjectId;
  readonly treeOid: ObjectId;
  readonly format: ObjectFormat;
  readonly committedAt: Date | null;
  readonly message: string | null;
}

/** What a question for a branch's head can bring. A branch that is gone is an answer, not an error. */
export type HeadAnswer =
  { readonly kind: 'head'; readonly head: Head } | { readonly kind: 'unchanged' } | { readonly kind: 'gone' };

/** A tree object whose bytes hash to its id. */
export interface GitTree {
  readonly oid: ObjectId;
  readonly content: Uint8Array;
}

/** Verified trees, and the sizes of contents where the source told them on the way. */
export interface TreeBatch {
  readonly trees: readonly GitTree[];
  readonly sizes: ReadonlyMap<ObjectId, number>;
}

/** The trees that are held already, asked for many at a time. */
export interface KeptTrees {
  /** The contents of those that are held; the others are missing from the map. */
  load(oids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Uint8Array>>;
}

/** What a difference starts from: a commit and tree that are held whole. */
export interface KeptCommit {
  readonly commitOid: ObjectId;
  readonly treeOid: ObjectId;
}

/** A content that is wanted; the path is a hint for the source and a name for the error. */
export interface WantedBlob {
  readonly oid: ObjectId;
  readonly path: GitPath;
  /** Null where nobody has told it yet. */
  readonly size: number | null;
}

/** A content that came: verified bytes, or its true size where it is over the limit and was left out. */
export type BlobContent =
  | { readonly oid: ObjectId; readonly kind: 'content'; readonly content: Uint8Array }
  | { readonly oid: ObjectId; readonly kind: 'too-large'; readonly size: number };

/** What a source has cost so far. */
export interface SourceUsage {
  readonly requests: number;
  readonly bytes: number;
}

/** Something that a person who watches should know: why nothing moves, and until when. */
export interface SourceWait {
  readonly message: string;
  readonly until: Date | null;
}

/** What each call of a source takes beside its own arguments. */
export interface SourceCall {
  readonly signal: AbortSignal;
  readonly onWait?: (wait: SourceWait) => void;
}

/** One page of branches, in the source's order with the default branch first. */
export interface BranchPage {
  readonly branches: readonly SourceBranch[];
  readonly totalCount: number;
  /** Opaque; null on the last page. */
  readonly endCursor: string | null;
}

/**
 * Where a repository's commits come from. Whatever crosses this port is proven by its object id before it does:
 * a source returns the right bytes or throws a `SyncError`.
 */
export interface Source {
  /** The name of the default branch now; null in an empty repository or one without it. */
  defaultBranch(call: SourceCall): Promise<string | null>;
  branches(page: { query?: string; first: number; after?: string }, call: SourceCall): Promise<BranchPage>;
  /** `known` is the commit that is kept: `unchanged` costs as little as the source allows (one request at most). */
  head(branch: string, known: ObjectId | null, call: SourceCall): Promise<HeadAnswer>;
  /** How many commits `head` has that `known` has not; null where the source cannot tell without sending them. */
  commitsBetween(known: ObjectId, head: ObjectId, call: SourceCall): Promise<number | null>;
  /**
   * All tree objects below `head.treeOid` that `kept` does not hold, parents before children, in batches.
   * `base` is a kept commit that is probably near: a hint for the cheapest way, never believed.
   */
  trees(head: Head, kept: KeptTrees, base: KeptCommit | null, call: SourceCall): AsyncGenerator<TreeBatch>;
  /**
   * The contents asked for, each exactly once, in any order, in batches of at most a few megabytes.
   * `total` is the number of files of the whole commit, so that a first import can take the cheaper road.
   */
  blobs(
    head: Head,
    wanted: readonly WantedBlob[],
    limits: { maxBytes: number; total: number },
    call: SourceCall,
  ): AsyncGenerator<readonly BlobContent[]>;
  /** Called when the sync of `head` has been finalized, so that the next difference may start from it. */
  keep(branch: string, head: Head, call: SourceCall): Promise<void>;
  usage(): SourceUsage;
  close(): Promise<void>;
}
