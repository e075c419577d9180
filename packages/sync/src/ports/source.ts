import type { GitPath } from '../objects/git-path.ts';
import type { ObjectFormat, ObjectId } from '../objects/git-object.ts';

/** A branch in a source's list. */
export interface SourceBranch {
  readonly name: string;
  readonly headOid: ObjectId;
  readonly isDefault: boolean;
}

/** The commit a sync is pinned to: everything is read at this ID, however the branch moves meanwhile. */
export interface Head {
  readonly commitOid: ObjectId;
  readonly treeOid: ObjectId;
  readonly format: ObjectFormat;
  readonly committedAt: Date | null;
  readonly message: string | null;
  /** The name of the person who wrote the commit; its address is not read. */
  readonly author: string | null;
}

/** The answer to a request for a branch's head. A deleted branch is an answer, not an error. */
export type HeadAnswer =
  { readonly kind: 'head'; readonly head: Head } | { readonly kind: 'unchanged' } | { readonly kind: 'gone' };

/** A tree object whose bytes hash to its ID. */
export interface GitTree {
  readonly oid: ObjectId;
  readonly content: Uint8Array;
}

/** Verified trees, and the sizes of blobs where the source reported them along the way. */
export interface TreeBatch {
  readonly trees: readonly GitTree[];
  readonly sizes: ReadonlyMap<ObjectId, number>;
}

/** The trees that are already stored. */
export interface KeptTrees {
  /** Returns the contents of the stored ones; the others are missing from the map. */
  load(oids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Uint8Array>>;
}

/** A commit and tree that are stored completely: the starting point of a difference. */
export interface KeptCommit {
  readonly commitOid: ObjectId;
  readonly treeOid: ObjectId;
}

/** A request for the trees of a commit. */
export interface TreesRequest {
  readonly head: Head;
  readonly kept: KeptTrees;
  /** A stored commit that is probably close: a hint for the cheapest way, never trusted. */
  readonly base: KeptCommit | null;
}

/** A blob to fetch. The path is a hint for the source, and names the blob in errors. */
export interface WantedBlob {
  readonly oid: ObjectId;
  readonly path: GitPath;
  /** Null if the source has not reported it yet. */
  readonly size: number | null;
}

/** A request for the contents of blobs. */
export interface BlobsRequest {
  readonly head: Head;
  readonly wanted: readonly WantedBlob[];
  /** Larger blobs are reported by size only. */
  readonly maxBytes: number;
  /** The number of files in the whole commit, so that a first import can take the cheaper way. */
  readonly total: number;
}

/**
 * A blob's verified bytes; its true size if it exceeds the limit; or `missing` if the source itself is a partial clone
 * that never had it, so that asking again cannot help.
 */
export type BlobContent =
  | { readonly oid: ObjectId; readonly kind: 'content'; readonly content: Uint8Array }
  | { readonly oid: ObjectId; readonly kind: 'too-large'; readonly size: number }
  | { readonly oid: ObjectId; readonly kind: 'missing' };

/** The requests and bytes that a source has used so far. */
export interface SourceUsage {
  readonly requests: number;
  readonly bytes: number;
}

/** A wait worth showing to the user: its reason, and its end if known. */
export interface SourceWait {
  readonly message: string;
  readonly until: Date | null;
}

/** The options of every call to a source. */
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

/** An answer about heads, by the request that it answers, with the tag under which the source knows it again. */
export interface TaggedHeads {
  readonly tag: string;
  readonly heads: ReadonlyMap<string, ObjectId>;
  /** Whether more heads follow in a next answer. */
  readonly continues: boolean;
}

/** The commits that branches point to. Branches that are gone, or were never there, are missing. */
export interface HeadsAnswer {
  readonly heads: ReadonlyMap<string, ObjectId>;
  /** To be passed to the next question, which is then free where nothing has changed. */
  readonly seen: ReadonlyMap<string, TaggedHeads>;
}

/**
 * The place a repository is read from. Everything that crosses this port has been verified against its object ID:
 * a source returns the right bytes or throws a `SyncError`.
 */
export interface Source {
  /** The name of the default branch; null if the repository is empty or has none. */
  defaultBranch(call: SourceCall): Promise<string | null>;
  branches(page: { query?: string; first: number; after?: string }, call: SourceCall): Promise<BranchPage>;
  /** `known` is the stored commit: the answer `unchanged` costs one request at most. */
  head(branch: string, known: ObjectId | null, call: SourceCall): Promise<HeadAnswer>;
  /**
   * The commits of several branches at once, for a look at what has moved: as few requests as the source allows, and
   * nothing is fetched. `seen` comes from the last answer.
   */
  heads(
    branches: readonly string[],
    seen: ReadonlyMap<string, TaggedHeads>,
    call: SourceCall,
  ): Promise<HeadsAnswer>;
  /** The number of commits in `head` that `known` lacks; null if the source would have to send them to count. */
  commitsBetween(known: ObjectId, head: ObjectId, call: SourceCall): Promise<number | null>;
  /** Yields all trees below `head.treeOid` that `kept` lacks, parents before children. */
  trees(request: TreesRequest, call: SourceCall): AsyncGenerator<TreeBatch>;
  /** The sizes of blobs that are known without fetching any of them; the others are missing from the map. */
  sizes(head: Head, oids: readonly ObjectId[], call: SourceCall): Promise<ReadonlyMap<ObjectId, number>>;
  /** Yields each wanted blob exactly once, in any order, in batches of at most a few megabytes. */
  blobs(request: BlobsRequest, call: SourceCall): AsyncGenerator<readonly BlobContent[]>;
  /** Called once the sync of `head` is finalized, so that the next difference may start from it. */
  keep(branch: string, head: Head, call: SourceCall): Promise<void>;
  usage(): SourceUsage;
  close(): Promise<void>;
}
