/** How a table is kept: what it holds, and which of its columns are the truth that nobody may overwrite. */
export interface KeptTable {
  readonly holds: 'vectors' | 'history';
  /** What a migration may fill where it is null and never replace. */
  readonly truth: readonly string[];
}

/**
 * The tables of this product that hold vectors, superseded rows or history. Any other table with a column of a
 * vector type is kept as well, because it is one; these are named because their types do not tell.
 */
export const keptTables: Readonly<Record<string, KeptTable>> = {
  embedding: { holds: 'vectors', truth: ['vector', 'bits'] },
  passage: { holds: 'history', truth: ['hash', 'text'] },
  memory_entry: { holds: 'history', truth: ['oid', 'dialect', 'hash', 'superseded_at'] },
  workflow_insight: { holds: 'history', truth: ['entry_id', 'detail'] },
  pattern: { holds: 'history', truth: ['superseded_at'] },
  document: { holds: 'history', truth: ['content', 'superseded_at'] },
  repository_file: { holds: 'history', truth: ['branch_id', 'path', 'mode', 'oid', 'added', 'superseded'] },
  blob: { holds: 'history', truth: ['oid', 'content'] },
  git_tree: { holds: 'history', truth: ['oid', 'content'] },
  branch: { holds: 'history', truth: ['head'] },
  project_sync: { holds: 'history', truth: ['number', 'previous_sync_id', 'commit_oid', 'tree_oid'] },
  sync_event: { holds: 'history', truth: ['sequence', 'stats'] },
  embedding_generation: { holds: 'history', truth: ['model', 'completed_at'] },
  audit_log: { holds: 'history', truth: ['action', 'subject', 'detail'] },
};

/** The schema that the tables above stand in. */
export const keptSchema = 'public';

/** The base types that hold a vector; a bit string is one from this length on (the signs of a vector's numbers). */
export const vectorTypes = ['vector', 'halfvec', 'sparsevec'] as const;
export const shortestVectorBits = 64;
