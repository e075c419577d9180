import type { Database } from '../database/database.ts';
import { isRunningSql } from '../syncs/status-sql.ts';
import { purgeOrphans, SyncsRunning } from './purge-orphans.ts';
import type { Removal } from './request-removal.ts';

/** Rows per transaction: purging a large project must not block anything else. */
const ROWS = 2000;
const REASON = 'removed by its owner';

/** The tables a removed project is purged from in batches, children before the rows they refer to. */
export const purgedTables = [
  'insight_pair',
  'insight_member',
  'insight_statement',
  'insight_source',
  'workflow_insight',
  'pattern',
  'pattern_judgement',
  'pattern_input',
  'document',
  'rule_path',
  'page_request',
  'model_answer',
  'model_use',
  'memory_entry',
  'embedding',
  'embedding_generation',
  'passage',
  'blob_analysis',
  'file_link',
  'link_set',
  'code_symbol',
  'content_facts',
  'repository_file',
  'known_path',
  'blob',
  'git_tree',
  'sync_event',
  'outgoing_delivery',
  'mail_delivery',
  'push_delivery',
] as const;

/**
 * The other tables with a project_id, each with the reason why batches leave it out. A new table with a project_id must
 * be in one of the two lists, or a test fails.
 */
export const tablesPurgedOtherwise: Readonly<Record<string, string>> = {
  project_sync: 'deleted together with the project, since its rows refer to each other',
  branch: 'deleted by the cascade of project',
  repository: 'deleted by the cascade of project',
  project_member: 'deleted by the cascade of project',
  invitation: 'deleted by the cascade of project',
  webhook: 'deleted by the cascade of project',
  push_hook: 'deleted by the cascade of repository',
  api_key: 'deleted by the cascade of project',
  audit_log: 'kept: it records the removal',
};

// A sync that began before the removal may be copying these very rows to another branch.
const begunBefore = `
  SELECT EXISTS (
    SELECT FROM project_sync s JOIN branch b ON b.project_id = $1 AND b.id = ANY ($2::uuid[])
     WHERE s.project_id = $1 AND ${isRunningSql('s.status')} AND s.started_at <= b.removed_at) AS yes`;

const removedBranches = `
  SELECT b.id FROM branch b JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
   WHERE b.project_id = $1 AND b.removed_at IS NOT NULL
     AND (b.id = $2::uuid OR (r.id = $2::uuid AND r.removed_at IS NOT NULL))`;

const inBranches = 'project_id = $1 AND branch_id = ANY ($2::uuid[])';

/** Deletes the rows of a removed project, repository or branch. Each transaction is released in the guard, which logs it. */
export async function purge(
  database: Database,
  removal: Pick<Removal, 'projectId' | 'kind' | 'id'>,
  signal: AbortSignal,
): Promise<void> {
  if (removal.kind === 'project') return purgeProject(database, removal.projectId, signal);
  const { projectId, id } = removal;
  const found = await database.system.query<{ id: string }>(removedBranches, [projectId, id]);
  const params = [projectId, found.map((branch) => branch.id)];
  const [begun] = await database.system.query<{ yes: boolean }>(begunBefore, params);
  if (begun?.yes === true) throw new SyncsRunning();
  for (const table of ['pattern', 'pattern_input', 'document', 'file_link', 'repository_file'])
    await deleteInBatches(database, { table, condition: inBranches, params, signal });
  await deleteInBatches(database, {
    table: 'sync_event',
    condition: `project_id = $1 AND sync_id IN (SELECT s.id FROM project_sync s WHERE ${inBranches})`,
    params,
    signal,
  });
  await deleteBranches(database, { projectId, id, params });
  await purgeOrphans(database, projectId, signal);
}

/** Deletes the syncs and branches, then the repository if it was removed and has no other branch. */
function deleteBranches(
  database: Database,
  { projectId, id, params }: { projectId: string; id: string; params: unknown[] },
): Promise<void> {
  return database.transaction(async (sql) => {
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, REASON]);
    await sql.execute(
      `UPDATE project_sync SET previous_sync_id = NULL, restored_from_id = NULL WHERE ${inBranches}`,
      params,
    );
    await sql.execute(`DELETE FROM project_sync WHERE ${inBranches}`, params);
    await sql.execute('DELETE FROM branch WHERE project_id = $1 AND id = ANY ($2::uuid[])', params);
    await sql.execute(
      `DELETE FROM repository r WHERE r.project_id = $1 AND r.id = $2::uuid AND r.removed_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM branch b WHERE b.project_id = $1 AND b.repository_id = r.id)`,
      [projectId, id],
    );
  });
}

async function purgeProject(database: Database, projectId: string, signal: AbortSignal): Promise<void> {
  const [project] = await database.system.query<{ removed_at: Date | null }>(
    'SELECT removed_at FROM project WHERE id = $1',
    [projectId],
  );
  if (project === undefined || project.removed_at === null) return;
  const params = [projectId];
  for (const table of purgedTables)
    await deleteInBatches(database, { table, condition: 'project_id = $1', params, signal });
  await database.transaction(async (sql) => {
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, REASON]);
    await sql.execute(
      'UPDATE project_sync SET previous_sync_id = NULL, restored_from_id = NULL WHERE project_id = $1',
      params,
    );
    await sql.execute('DELETE FROM project_sync WHERE project_id = $1', params);
    await sql.execute('DELETE FROM project WHERE id = $1', params);
  });
}

interface Batches {
  readonly table: string;
  readonly condition: string;
  /** The first one is the project's id. */
  readonly params: unknown[];
  readonly signal: AbortSignal;
}

async function deleteInBatches(
  database: Database,
  { table, condition, params, signal }: Batches,
): Promise<void> {
  for (let deleted = ROWS; deleted === ROWS;) {
    signal.throwIfAborted();
    deleted = await database.transaction(async (sql) => {
      await sql.query('SELECT project_sync_guard.release($1::text, $2)', [params[0], REASON]);
      return sql.execute(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${ROWS}))`,
        params,
      );
    });
  }
}
