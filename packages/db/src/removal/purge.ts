import type { Database } from '../database/database.ts';
import { isRunningSql } from '../syncs/status-sql.ts';
import { letGoOrphans, SyncsAtWork } from './purge-orphans.ts';
import type { Removal } from './request-removal.ts';

/** Rows of one transaction: nobody waits for a large project to go. */
const ROWS = 2000;
const REASON = 'removed by its owner';

// Children first.
const tables = [
  'workflow_insight',
  'pattern',
  'document',
  'memory_entry',
  'embedding',
  'embedding_generation',
  'passage',
  'blob_analysis',
  'repository_file',
  'blob',
  'git_tree',
  'sync_event',
];

// A sync that began before the removal may be copying these very rows to a branch of its own.
const begunBefore = `
  SELECT EXISTS (
    SELECT FROM project_sync s JOIN branch b ON b.project_id = $1 AND b.id = ANY ($2::uuid[])
     WHERE s.project_id = $1 AND ${isRunningSql('s.status')} AND s.started_at <= b.removed_at) AS yes`;

const removedBranches = `
  SELECT b.id FROM branch b JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
   WHERE b.project_id = $1 AND b.removed_at IS NOT NULL
     AND (b.id = $2::uuid OR (r.id = $2::uuid AND r.removed_at IS NOT NULL))`;

/** Lets go of what an owner removed. The guard is told in each transaction, and keeps its own log. */
export async function letGo(
  database: Database,
  removal: Pick<Removal, 'projectId' | 'kind' | 'id'>,
  signal: AbortSignal,
): Promise<void> {
  if (removal.kind === 'project') return letGoProject(database, removal.projectId, signal);
  const { projectId, id } = removal;
  const branches = (await database.system.query<{ id: string }>(removedBranches, [projectId, id])).map(
    (branch) => branch.id,
  );
  const inBranches = 'project_id = $1 AND branch_id = ANY ($2::uuid[])';
  const given = [projectId, branches];
  const [begun] = await database.system.query<{ yes: boolean }>(begunBefore, given);
  if (begun?.yes === true) throw new SyncsAtWork();
  await inBatches(database, 'repository_file', inBranches, given, signal);
  await inBatches(
    database,
    'sync_event',
    `project_id = $1 AND sync_id IN (SELECT s.id FROM project_sync s WHERE ${inBranches})`,
    given,
    signal,
  );
  await database.transaction(async (sql) => {
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, REASON]);
    await sql.execute(
      `UPDATE project_sync SET previous_sync_id = NULL, restored_from_id = NULL WHERE ${inBranches}`,
      given,
    );
    await sql.execute(`DELETE FROM project_sync WHERE ${inBranches}`, given);
    await sql.execute('DELETE FROM branch WHERE project_id = $1 AND id = ANY ($2::uuid[])', given);
    await sql.execute(
      `DELETE FROM repository r WHERE r.project_id = $1 AND r.id = $2::uuid AND r.removed_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM branch b WHERE b.project_id = $1 AND b.repository_id = r.id)`,
      [projectId, id],
    );
  });
  await letGoOrphans(database, projectId, signal);
}

async function letGoProject(database: Database, projectId: string, signal: AbortSignal): Promise<void> {
  const [project] = await database.system.query<{ removed_at: Date | null }>(
    'SELECT removed_at FROM project WHERE id = $1',
    [projectId],
  );
  if (project === undefined || project.removed_at === null) return;
  for (const table of tables) await inBatches(database, table, 'project_id = $1', [projectId], signal);
  await database.transaction(async (sql) => {
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, REASON]);
    await sql.execute(
      'UPDATE project_sync SET previous_sync_id = NULL, restored_from_id = NULL WHERE project_id = $1',
      [projectId],
    );
    await sql.execute('DELETE FROM project_sync WHERE project_id = $1', [projectId]);
    await sql.execute('DELETE FROM project WHERE id = $1', [projectId]);
  });
}

async function inBatches(
  database: Database,
  table: string,
  condition: string,
  given: unknown[],
  signal: AbortSignal,
): Promise<void> {
  for (let gone = ROWS; gone === ROWS;) {
    signal.throwIfAborted();
    gone = await database.transaction(async (sql) => {
      await sql.query('SELECT project_sync_guard.release($1::text, $2)', [given[0], REASON]);
      return sql.execute(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${ROWS}))`,
        given,
      );
    });
  }
}
