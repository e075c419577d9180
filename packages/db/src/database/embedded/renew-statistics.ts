import type { Database } from '../database.ts';

// Only the columns that plans are made by: the large ones would be read in full for numbers that nobody asks for.
const analysed = [
  'repository_file (project_id, id, branch_id, oid, dialect, added, superseded)',
  'memory_entry (project_id, id, oid, dialect, hash, superseded_at)',
  'passage (project_id, hash, ordinal)',
  'embedding (project_id, model, hash)',
  'blob_analysis (project_id, oid, dialect)',
  'blob (project_id, oid)',
  'git_tree (project_id, oid)',
  'project_sync (project_id, id, branch_id, number, status)',
];

/**
 * Tells the planner how much there is. A server does this by itself; PGlite has no process that would, and plans made
 * for empty tables compare everything with everything. One short statement a table, so that nobody waits for long.
 */
export async function renewStatistics(database: Database): Promise<void> {
  if (database.kind !== 'embedded') return;
  await analysed.reduce(
    (before, table) => before.then(() => database.system.execute(`ANALYZE ${table}`)),
    Promise.resolve(0),
  );
}
