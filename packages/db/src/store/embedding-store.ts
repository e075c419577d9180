import type { EmbeddingScope, EmbeddingStore, OpenPassage } from '@project-sync/sync';
import { copyRows } from '../copy-rows.ts';
import type { Database } from '../database.ts';

const PAGE = 1024;

// What syncs brought is found through their rows; a project's whole is a walk over its passages.
const brought = `
  SELECT DISTINCT m.hash FROM project_sync y
    JOIN repository_file f ON f.project_id = y.project_id AND f.branch_id = y.branch_id AND f.added = y.number
    JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect AND m.superseded_at IS NULL
   WHERE y.project_id = $1 AND y.id = ANY ($2::uuid[])`;
const whole = `SELECT hash FROM passage WHERE project_id = $1 AND $2::uuid[] IS NULL`;
const lacking = `NOT EXISTS (SELECT FROM embedding e WHERE e.project_id = $1 AND e.model = $3 AND e.hash = s.hash)`;

// A sync that is still at work is its own worker's business.
const unsettled = `
  SELECT id FROM project_sync
   WHERE project_id = $1 AND finalized_at IS NOT NULL AND embedded_at IS NULL
     AND (id = $2::uuid OR status NOT IN ('QUEUED', 'RUNNING'))`;

/** Keeps vectors: computed once per text and model, never overwritten and never deleted. */
export function embeddingStore(database: Database): EmbeddingStore {
  return {
    async *open(scope, model) {
      let last: string | null = null;
      for (;;) {
        const rows: OpenPassage[] = await database.system.query<{
          hash: string;
          text: string;
          tokens: number;
        }>(
          `SELECT p.hash, p.text, p.tokens FROM (${source(scope)}) s JOIN passage p ON p.project_id = $1 AND p.hash = s.hash
            WHERE ${lacking} AND ($4::uuid IS NULL OR s.hash > $4::uuid) ORDER BY s.hash LIMIT ${PAGE}`,
          [...parameters(scope), model, last],
        );
        if (rows.length === 0) return;
        last = rows.at(-1)?.hash ?? last;
        yield rows;
      }
    },

    async due(projectId, syncId, model) {
      const rows = await database.system.query<{ id: string }>(unsettled, [projectId, syncId]);
      const syncs = rows.map(({ id }) => id);
      const [row] = await database.system.query<{ in_force: boolean; all: bigint; open: bigint }>(
        `SELECT coalesce((SELECT embedding_model = $3 FROM project WHERE id = $1), false) AS in_force,
                count(*) AS all, count(*) FILTER (WHERE ${lacking}) AS open FROM (${brought}) s`,
        [projectId, syncs, model],
      );
      return {
        inForce: row?.in_force ?? false,
        syncs,
        all: Number(row?.all ?? 0n),
        open: Number(row?.open ?? 0n),
      };
    },

    async count(scope, model) {
      const [row] = await database.system.query<{ open: bigint }>(
        `SELECT count(*) AS open FROM (${source(scope)}) s WHERE ${lacking}`,
        [...parameters(scope), model],
      );
      return Number(row?.open ?? 0n);
    },

    async save(projectId, model, vectors) {
      if (vectors.length === 0) return;
      const rows = copyRows(vectors.map(({ hash, vector }) => [{ uuid: hash }, { vector }]));
      await database.transaction(async (sql) => {
        await sql.script(
          'CREATE TEMPORARY TABLE IF NOT EXISTS incoming_vector (hash uuid, vector vector(1536)) ON COMMIT DELETE ROWS',
        );
        await sql.copyIn('incoming_vector (hash, vector)', rows);
        await sql.execute(
          `INSERT INTO embedding (project_id, model, hash, vector, bits)
           SELECT $1, $2, i.hash, i.vector, binary_quantize(i.vector)::bit(1536) FROM incoming_vector i
            WHERE EXISTS (SELECT FROM passage p WHERE p.project_id = $1 AND p.hash = i.hash) ON CONFLICT DO NOTHING`,
          [projectId, model],
        );
      });
    },

    async settle(projectId, syncs) {
      await database.system.execute(
        'UPDATE project_sync SET embedded_at = now() WHERE project_id = $1 AND id = ANY ($2::uuid[]) AND embedded_at IS NULL',
        [projectId, [...syncs]],
      );
    },

    putInForce: (projectId, model) =>
      database.transaction(async (sql) => {
        await sql.execute(
          'INSERT INTO embedding_generation (project_id, model) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [projectId, model],
        );
        const complete = await sql.execute(
          `UPDATE embedding_generation g SET completed_at = coalesce(g.completed_at, now())
            WHERE g.project_id = $1 AND g.model = $3 AND NOT EXISTS (SELECT FROM (${whole}) s WHERE ${lacking})`,
          [projectId, null, model],
        );
        if (complete === 0) return false;
        await sql.execute('UPDATE project SET embedding_model = $2 WHERE id = $1', [projectId, model]);
        return true;
      }),
  };
}

function source(scope: EmbeddingScope): string {
  return scope.syncs === null ? whole : brought;
}

function parameters(scope: EmbeddingScope): unknown[] {
  return [scope.projectId, scope.syncs === null ? null : [...scope.syncs]];
}
