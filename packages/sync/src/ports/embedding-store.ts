/** A passage without a vector. */
export interface OpenPassage {
  readonly hash: string;
  readonly text: string;
  readonly tokens: number;
}

/** The vector of a passage. */
export interface PassageVector {
  readonly hash: string;
  readonly vector: Float32Array;
}

/** The passages to embed: those of a project that were written after this one; all of them after 0. */
export interface EmbeddingScope {
  readonly projectId: string;
  readonly after: bigint;
  /** Active syncs, which embed the passages they wrote themselves. */
  readonly notOf: readonly string[];
}

/** The work left by a sync and by those that ended before their passages had vectors. */
export interface EmbeddingsDue {
  /** True when search already reads this model's vectors. */
  readonly inForce: boolean;
  /** The sync itself and the ended ones that are not settled. */
  readonly syncs: readonly string[];
  /** Their passages were written after this one. */
  readonly after: bigint;
  /** Other active syncs. */
  readonly notOf: readonly string[];
  /** True when any of these passages lacks a vector. */
  readonly open: boolean;
}

/** Storage for vectors. */
export interface EmbeddingStore {
  /** Returns the work due to a sync, which takes over what ended syncs left; without a sync nothing is taken over. */
  due(projectId: string, syncId: string | null, model: string): Promise<EmbeddingsDue>;
  /** Reads the passages of the scope that have no vector of the model, in pages. */
  open(scope: EmbeddingScope, model: string): AsyncGenerator<readonly OpenPassage[]>;
  /** Counts the passages of the scope, with a vector or without. */
  count(scope: EmbeddingScope): Promise<number>;
  save(projectId: string, model: string, vectors: readonly PassageVector[]): Promise<void>;
  /** Records that every passage of these syncs has a vector. */
  settle(projectId: string, syncs: readonly string[]): Promise<void>;
  /** Makes search read this model when only the refused passages lack a vector of it. Returns false otherwise. */
  putInForce(projectId: string, model: string, refused: readonly string[]): Promise<boolean>;
}
