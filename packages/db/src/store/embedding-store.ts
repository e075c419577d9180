import type { EmbeddingStore, OpenPassage } from '@project-sync/sync';
import { copyRows } from '../copy-rows.ts';
import type { Database } from '../database.ts';

const PAGE = 1024;

// Each passage is looked up by the whole key: a join would be planned by numbers that a fresh database does not have,
// and compare everything with everything. What was taken out by rules of masking has no text, and needs no vector.
/** $1 project, $2 model, $3 the passage after which it begins */
const looked = (columns: string, page: string) => `
  SELECT ${columns}, e.yes IS NOT NULL AS embedded
    FROM (SELECT * FROM passage WHERE project_id = $1 AND ordinal > $3::int8 AND text <> '' ORDER BY ordinal ${page}) p
    LEFT JOIN LATERAL (
      SELECT true AS yes FROM embedding e WHERE e.project_id = $1 AND e.model = $2 AND e.hash = p.hash LIMIT 1) e ON true`;
const lacking = `SELECT 1 FROM (${looked('p.ordinal', '')}) l WHERE NOT l.embedded`;

// A sync that is still at work is its own worker's business.
const unsettled = `
  SELECT (SELECT embedding_model = $2 FROM project WHERE id = $1) AS in_force,
         array_agg(s.id) AS syncs, min(coalesce(s.passages_after, 0)) AS after
    FROM project_sync s
   WHERE s.project_id = $1 AND s.finalized_at IS NOT NULL AND s.embedded_at IS NULL
     AND (s.id = $3::uuid OR s.status NOT IN ('QUEUED', 'RUNNING'))`;

/** Keeps vectors: computed once per text and model, never overwritten and never deleted. */
export function embeddingStore(database: Database): EmbeddingStore {
  return {
    async *open({ projectId, after }, model) {
      let last = after;
      for (;;) {
        const rows: (OpenPassage & { ordinal: bigint; embedded: boolean })[] = await database.system.query<{
          hash: string;
          text: string;
          tokens: number;
          ordinal: bigint;
          embedded: boolean;
        }>(`${looked('p.hash, p.text, p.tokens, p.ordinal', `LIMIT ${PAGE}`)} ORDER BY p.ordinal`, [
          projectId,
          model,
          last,
        ]);
        if (rows.length === 0) return;
        last = rows.at(-1)?.ordinal ?? last;
        const open = rows.filter(({ embedded }) => !embedded);
        if (open.length > 0) yield open;
      }
    },

    async due(projectId, syncId, model) {
      const [row] = await database.system.query<{
        in_force: boolean | null;
        syncs: string[] | null;
        after: bigint | null;
      }>(unsettled, [projectId, model, syncId]);
      const after = row?.after ?? 0n;
      const [some] = await database.system.query(`${lacking} LIMIT 1`, [projectId, model, after]);
      return { inForce: row?.in_force ?? false, syncs: row?.syncs ?? [], after, open: some !== undefined };
    },

    async count({ projectId, after }) {
      const [row] = await database.system.query<{ count: bigint }>(
        `SELECT count(*) FROM passage WHERE project_id = $1 AND ordinal > $2 AND text <> ''`,
        [projectId, after],
      );
      return Number(row?.count ?? 0n);
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
            WHERE g.project_id = $1 AND g.model = $2 AND NOT EXISTS (${lacking})`,
          [projectId, model, 0],
        );
        if (complete === 0) return false;
        await sql.execute('UPDATE project SET embedding_model = $2 WHERE id = $1', [projectId, model]);
        return true;
      }),
  };
}
