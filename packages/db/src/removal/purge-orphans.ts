import { decodeTree, formatOf, MODE } from '@project-sync/sync';
import type { Database, Sql } from '../database/database.ts';
import { isRunningSql } from '../syncs/status-sql.ts';

const ROWS = 2000;

/** The project's syncs are at work, so that nobody can tell yet what they will hold on to. Trying later helps. */
export class SyncsAtWork extends Error {
  constructor() {
    super('Syncs of this project are at work; what nothing holds any more is let go later.');
    this.name = 'SyncsAtWork';
  }
}

const unheld = (oid: string) =>
  `NOT EXISTS (SELECT FROM repository_file f WHERE f.project_id = $1 AND f.oid = ${oid})`;
const unsaid = (hash: string) =>
  `NOT EXISTS (SELECT FROM memory_entry m WHERE m.project_id = $1 AND m.hash = ${hash})`;

// What says something goes before what it says; a content goes last, because the others are found through it.
const orphans: readonly (readonly [table: string, condition: string])[] = [
  ['memory_entry', `t.oid IS NOT NULL AND ${unheld('t.oid')}`],
  ['embedding', unsaid('t.hash')],
  ['passage', unsaid('t.hash')],
  ['blob_analysis', unheld('t.oid')],
  ['blob', unheld('t.oid')],
];

// Whoever claims a sync takes the project's row in share mode, so none begins while this transaction decides; and a
// sync that is at work may have found contents that no row holds yet.
const alone = 'SELECT FROM project WHERE id = $1 FOR NO KEY UPDATE';
const atWork = `
  SELECT count(*) FILTER (WHERE ${isRunningSql()}) AS running, coalesce(sum(fence), 0) AS claims
    FROM project_sync WHERE project_id = $1`;

/** Lets go of the contents, their meaning, their vectors and the trees that no snapshot holds any more. */
export async function letGoOrphans(
  database: Database,
  projectId: string,
  signal: AbortSignal,
): Promise<void> {
  for (const [table, condition] of orphans) {
    for (let gone = ROWS; gone === ROWS;) {
      signal.throwIfAborted();
      gone = await database.transaction(async (sql) => {
        await claimsIn(sql, projectId);
        await sql.query('SELECT project_sync_guard.release($1::text, $2)', [
          projectId,
          'held by no snapshot',
        ]);
        return sql.execute(
          `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (
             SELECT t.ctid FROM ${table} t WHERE t.project_id = $1 AND ${condition} LIMIT ${ROWS}))`,
          [projectId],
        );
      });
    }
  }
  await letGoTrees(database, projectId, signal);
}

/** Trees are reached from the roots of the snapshots that are left. A sync in between makes the walk worthless. */
async function letGoTrees(database: Database, projectId: string, signal: AbortSignal): Promise<void> {
  const before = await database.transaction((sql) => claimsIn(sql, projectId));
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
    if ((await claimsIn(sql, projectId)) !== before) throw new SyncsAtWork();
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, 'held by no snapshot']);
    await sql.execute('DELETE FROM git_tree WHERE project_id = $1 AND NOT (oid = ANY ($2::text[]))', [
      projectId,
      [...reached],
    ]);
  });
}

async function claimsIn(sql: Sql, projectId: string): Promise<bigint> {
  await sql.query(alone, [projectId]);
  const [row] = await sql.query<{ running: bigint; claims: bigint }>(atWork, [projectId]);
  if ((row?.running ?? 0n) > 0n) throw new SyncsAtWork();
  return row?.claims ?? 0n;
}
