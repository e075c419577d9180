/** How a table is protected: the kind of data in it, and the columns whose values may not be overwritten. */
export interface KeptTable {
  readonly holds: 'vectors' | 'history';
  /** Columns that a migration may fill where they are null, and never overwrite. */
  readonly truth: readonly string[];
}

/**
 * The tables that hold vectors, superseded rows or history. Any other table with a vector column is protected too;
 * these are listed because their column types do not show it. Every table of the schema must be listed here or in
 * `unkeptTables`, so that a new one cannot be forgotten.
 */
export const keptTables: Readonly<Record<string, KeptTable>> = {
  embedding: { holds: 'vectors', truth: ['vector', 'bits'] },
  passage: { holds: 'history', truth: ['hash', 'text'] },
  memory_entry: { holds: 'history', truth: ['oid', 'dialect', 'hash', 'superseded_at'] },
  workflow_insight: { holds: 'history', truth: ['entry_id', 'detail'] },
  pattern: { holds: 'history', truth: ['superseded_at'] },
  document: { holds: 'history', truth: ['content', 'oid', 'added', 'superseded', 'superseded_at'] },
  repository_file: { holds: 'history', truth: ['branch_id', 'path', 'mode', 'oid', 'added', 'superseded'] },
  blob: { holds: 'history', truth: ['oid', 'content'] },
  git_tree: { holds: 'history', truth: ['oid', 'content'] },
  branch: { holds: 'history', truth: ['head'] },
  project_sync: { holds: 'history', truth: ['number', 'previous_sync_id', 'commit_oid', 'tree_oid'] },
  sync_event: { holds: 'history', truth: ['sequence', 'stats'] },
  embedding_generation: { holds: 'history', truth: ['model', 'completed_at'] },
  rule_path: { holds: 'history', truth: ['path', 'authority', 'decided_by', 'superseded_at'] },
  page_request: { holds: 'history', truth: ['path', 'requested_by', 'superseded_at'] },
  audit_log: { holds: 'history', truth: ['action', 'subject', 'detail'] },
};

/** The tables the guard does not protect, each with the reason. */
export const unkeptTables: Readonly<Record<string, string>> = {
  user: 'People are managed in the app; no snapshot refers to them.',
  session: 'Sessions expire and are deleted.',
  account: 'A way to sign in, which its user may remove.',
  passkey: 'A way to sign in, which its user may remove.',
  verification: 'Sign-in tokens expire and are deleted.',
  api_key: 'A revoked key may be deleted.',
  app_secret: 'Fingerprints of secrets, which a start writes again.',
  github_app: 'The GitHub App of the server, which its operator creates again.',
  webhook_delivery: 'It only detects repeated deliveries, and is cleared after a while.',
  webhook: 'Owners change and remove their webhooks.',
  mail_delivery: 'A mail about a sync, which is cleared after a while.',
  outgoing_delivery: 'A call of a webhook, which is cleared after a while.',
  push_hook: 'Owners change and remove the hooks of repositories.',
  push_delivery: 'A delivery that was received, which is cleared after a while.',
  project: 'Deleting one cascades to protected tables, whose guard refuses it; its own columns may change.',
  project_member: 'Memberships change in the app.',
  invitation: 'Invitations expire and are deleted.',
  repository: 'Its syncs and branches are protected; its address and token may change.',
  blob_analysis: 'It records which contents have been split, and is rebuilt from them.',
  content_facts: 'Facts follow from the stored contents, and are read from them again.',
  code_symbol: 'Symbols follow from the stored contents, and are read from them again.',
  link_set: 'Links follow from the facts of a snapshot, and are resolved again.',
  pattern_judgement: 'People change their judgements, and take them back.',
  pattern_input: 'It follows from facts and links, and is made from them again.',
  file_link: 'It says which links a file has, and is written again with them.',
  known_path: 'The paths of the files that are stored, and written again with them.',
  insight_source: 'Sources are found again from the letters and notes that are stored.',
  insight_statement: 'Statements follow from the stored letters and notes, and are read from them again.',
  insight_member: 'It says which statements an insight consists of, and is grouped again from them.',
  insight_pair: 'Pairs follow from the statements of insights, and are found again.',
  model_answer: 'An answer of a language model, which is asked again where it is missing.',
  model_use: 'It counts what a language model cost; no snapshot refers to it.',
  _prisma_migrations: 'The migration ledger, which the reader protects by its own rule.',
};

/** The schema of the tables above. */
export const keptSchema = 'public';

/** The base types that hold a vector. A bit string of at least this length holds a vector's signs. */
export const vectorTypes = ['vector', 'halfvec', 'sparsevec'] as const;
export const shortestVectorBits = 64;
