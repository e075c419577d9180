import { embedPassages, type EmbeddingStore, type PassageEmbedder } from '@project-sync/sync';
import type { Database } from '../database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** The queues beside that of the syncs. */
export const EMBED_QUEUE = 'embed';
export const REMOVE_QUEUE = 'remove';

/** How long a failed embedding waits before it is tried again, in seconds. */
const EMBED_AGAIN = 60;
const ROWS = 2000;

// Children first. Each is emptied in short transactions, so that nobody waits for a large project to go.
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

/** Takes what is done in the background: embedding that was asked for or failed, and projects that were removed. */
export async function startBackgroundJobs(options: {
  database: Database;
  jobs: Jobs;
  store: EmbeddingStore;
  embedder: PassageEmbedder;
  signal: AbortSignal;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}): Promise<void> {
  const { database, jobs, store, embedder, signal, log } = options;
  await jobs.work(EMBED_QUEUE, 1, async (data) => {
    const projectId = String(data['projectId']);
    try {
      const due = await store.due(projectId, null, embedder.model);
      for await (const { done, all } of embedPassages(
        store,
        embedder,
        { projectId, syncs: null },
        { maxTokens: null, signal },
      )) {
        log.info({ project: projectId, done, all }, 'Embedding');
      }
      await store.putInForce(projectId, embedder.model);
      await store.settle(projectId, due.syncs);
    } catch (error) {
      if (signal.aborted) throw error;
      log.error({ project: projectId, error }, 'Passages could not be embedded; it is tried again.');
      await jobs.send(EMBED_QUEUE, { projectId }, { afterSeconds: EMBED_AGAIN });
    }
  });
  await jobs.work(REMOVE_QUEUE, 1, (data) => removeProject(database, String(data['projectId']), signal));
}

/** Lets go of a project that its owner removed. The guard is told in each transaction, and keeps its own log. */
export async function removeProject(
  database: Database,
  projectId: string,
  signal: AbortSignal,
): Promise<void> {
  const [project] = await database.system.query<{ removed_at: Date | null }>(
    'SELECT removed_at FROM project WHERE id = $1',
    [projectId],
  );
  if (project === undefined || project.removed_at === null) return;
  for (const table of tables) {
    for (let gone = ROWS; gone === ROWS;) {
      signal.throwIfAborted();
      gone = await database.transaction(async (sql) => {
        await sql.query('SELECT project_sync_guard.release($1::text, $2)', [
          projectId,
          'removed by its owner',
        ]);
        return sql.execute(
          `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM ${table} WHERE project_id = $1 LIMIT ${ROWS}))`,
          [projectId],
        );
      });
    }
  }
  await database.transaction(async (sql) => {
    await sql.query('SELECT project_sync_guard.release($1::text, $2)', [projectId, 'removed by its owner']);
    await sql.execute(
      'UPDATE project_sync SET previous_sync_id = NULL, restored_from_id = NULL WHERE project_id = $1',
      [projectId],
    );
    await sql.execute('DELETE FROM project_sync WHERE project_id = $1', [projectId]);
    await sql.execute('DELETE FROM project WHERE id = $1', [projectId]);
  });
}
