import { decodeTree, formatOf, MODE } from '@project-sync/sync';
import type { Database, Sql } from '../database/database.ts';
import { isRunningSql } from '../syncs/status-sql.ts';

const ROWS = 2000;

/** Thrown while syncs of the project run: the contents they will refer to are not known yet. A later attempt succeeds. */
export class SyncsRunning extends Error {
  constructor() {
    super('Syncs of this project are running; unused contents are purged later.');
    this.name = 'SyncsRunning';
  }
}

const notInAnyFile = (oid: string) =>
  `NOT EXISTS (SELECT FROM repository_file f WHERE f.project_id = $1 AND f.oid = ${oid})`;
// Generated pages are contents that no file has.
const notInAnyText = (oid: string) =>
  `${notInAnyFile(oid)} AND NOT EXISTS (SELECT FROM document d WHERE d.project_id = $1 AND d.oid = ${oid})`;
// Branch by branch, as the index of paths is.
const inNoBranch = `
  NOT EXISTS (SELECT FROM branch b JOIN repository_file f ON f.project_id = b.project_id AND f.branch_id = b.id AND sha256(f.path) = t.hash
               WHERE b.project_id = $1)`;
const notInAnyEntry = (hash: string) =>
  `NOT EXISTS (SELECT FROM memory_entry m WHERE m.project_id = $1 AND m.hash = ${hash})`;

// Entries are deleted before their passages, and contents last, because the other rows are found through them.
const orphans: readonly (readonly [table: string, condition: string])[] = [
  ['memory_entry', `t.oid IS NOT NULL AND ${notInAnyText('t.oid')}`],
  // An insight goes with the last place of the statement that leads it; the next consolidation groups the rest again.
  [
    'workflow_insight',
    `t.key IS NOT NULL AND NOT t.is_model_written
     AND NOT EXISTS (SELECT FROM insight_statement s WHERE s.project_id = $1 AND s.key = t.key)`,
  ],
  [
    'memory_entry',
    `t.kind = 'INSIGHT' AND NOT EXISTS (SELECT FROM workflow_insight w WHERE w.project_id = $1 AND w.entry_id = t.id)`,
  ],
  ['embedding', notInAnyEntry('t.hash')],
  ['passage', notInAnyEntry('t.hash')],
  ['blob_analysis', notInAnyFile('t.oid')],
  ['link_set', 'NOT EXISTS (SELECT FROM file_link l WHERE l.project_id = $1 AND l.link_set_id = t.id)'],
  ['code_symbol', notInAnyFile('t.oid')],
  ['content_facts', notInAnyFile('t.oid')],
  ['known_path', inNoBranch],
  ['blob', notInAnyText('t.oid')],
];

/** No version of the rules is 0, so every source that is left is read again. */
const readAgain = 'UPDATE insight_source SET version = 0 WHERE project_id = $1';

// A claim locks the project's row in share mode, so no sync begins during this transaction. A running sync may have
// stored contents that no file row refers to yet.
const lockProject = 'SELECT FROM project WHERE id = $1 FOR NO KEY UPDATE';
const runningSyncs = `
  SELECT count(*) FILTER (WHERE ${isRunningSql()}) AS running, coalesce(sum(fence), 0) AS claims
    FROM project_sync WHERE project_id = $1`;

/** Deletes contents with their facts and links, entries, passages, vectors and trees that no snapshot refers to any more. */
export async function purgeOrphans(
  database: Database,
  projectId: string,
  signal: AbortSignal,
): Promise<void> {
  for (const [table, condition] of orphans) {
    for (let deleted = ROWS; deleted === ROWS;) {
      signal.throwIfAborted();
      deleted = await database.transaction(async (sql) => {
        await lockAndCountClaims(sql, projectId);
        await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, 'in no snapshot']);
        return sql.execute(
          `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (
             SELECT t.ctid FROM ${table} t WHERE t.project_id = $1 AND ${condition} LIMIT ${ROWS}))`,
          [projectId],
        );
      });
    }
  }
  await database.system.execute(readAgain, [projectId]);
  await purgeTrees(database, projectId, signal);
}

/** Walks all trees from the roots of the remaining snapshots. A sync that starts meanwhile makes the walk void. */
async function purgeTrees(database: Database, projectId: string, signal: AbortSignal): Promise<void> {
  const before = await database.transaction((sql) => lockAndCountClaims(sql, projectId));
  const reached = new Set<string>();
  let next = (
    await database.system.query<{ tree_oid: string }>(
      'SELECT DISTINCT tree_oid FROM project_sync WHERE project_id = $1 AND tree_oid IS NOT NULL',
      [projectId],
    )
  ).map(({ tree_oid: oid }) => oid);
  while (next.length > 0) {
    signal.throwIfAborted();
    const page = next.splice(0, ROWS);
    for (const oid of page) reached.add(oid);
    const rows = await database.system.query<{ oid: string; content: Uint8Array }>(
      'SELECT oid, content FROM git_tree WHERE project_id = $1 AND oid = ANY ($2::text[])',
      [projectId, page],
    );
    const below = rows.flatMap(({ oid, content }) =>
      decodeTree(formatOf(oid), content)
        .filter(({ mode }) => mode === MODE.tree)
        .map((entry) => entry.oid),
    );
    next = [...new Set([...next, ...below])].filter((oid) => !reached.has(oid));
  }
  await database.transaction(async (sql) => {
    if ((await lockAndCountClaims(sql, projectId)) !== before) throw new SyncsRunning();
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, 'in no snapshot']);
    await sql.execute('DELETE FROM git_tree WHERE project_id = $1 AND NOT (oid = ANY ($2::text[]))', [
      projectId,
      [...reached],
    ]);
  });
}

async function lockAndCountClaims(sql: Sql, projectId: string): Promise<bigint> {
  await sql.query(lockProject, [projectId]);
  const [row] = await sql.query<{ running: bigint; claims: bigint }>(runningSyncs, [projectId]);
  if ((row?.running ?? 0n) > 0n) throw new SyncsRunning();
  return row?.claims ?? 0n;
}
