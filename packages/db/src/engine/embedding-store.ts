import type { EmbeddingStore, OpenPassage } from '@project-sync/sync';
import { copyRows } from '../database/copy-rows.ts';
import type { Database } from '../database/database.ts';

const PAGE = 1024;

// Each passage is looked up by the whole key: a join would be planned by numbers that a fresh database does not have,
// and compare everything with everything. What was taken out by rules of masking has no text, and needs no vector.
/** $1 project, $2 model, $3 the passage after which it begins, $4 syncs that embed what they wrote themselves */
const looked = (columns: string, page: string) => `
  SELECT ${columns}, e.yes IS NOT NULL AS embedded
    FROM (SELECT * FROM passage WHERE project_id = $1 AND ordinal > $3::int8 AND text <> ''
              AND (written_by IS NULL OR NOT written_by = ANY ($4::uuid[])) ORDER BY ordinal ${page}) p
    LEFT JOIN LATERAL (
      SELECT true AS yes FROM embedding e WHERE e.project_id = $1 AND e.model = $2 AND e.hash = p.hash LIMIT 1) e ON true`;
/** As above, and $5 what the model refuses. */
const lacking = `SELECT 1 FROM (${looked('p.hash', '')}) l WHERE NOT l.embedded AND l.hash <> ALL ($5::uuid[])`;

// A sync that is still at work is its own worker's business. One that failed or was cancelled has stored what a later
// one need not fetch again, and so does not write again either.
const unsettled = `
  SELECT (SELECT embedding_model = $2 FROM project WHERE id = $1) AS in_force,
         array_agg(s.id) AS syncs, min(coalesce(s.passages_after, 0)) AS after,
         (SELECT coalesce(array_agg(o.id), '{}') FROM project_sync o
           WHERE o.project_id = $1 AND o.status IN ('QUEUED', 'RUNNING') AND o.id IS DISTINCT FROM $3::uuid) AS not_of
    FROM project_sync s
   WHERE s.project_id = $1 AND s.embedded_at IS NULL AND (s.finalized_at IS NOT NULL OR s.passages_after IS NOT NULL)
     AND (s.id = $3::uuid OR s.status NOT IN ('QUEUED', 'RUNNING'))`;

// Of two syncs that take over the same, the second waits for the first and finds nothing.
const takeOver = `
  UPDATE passage p SET written_by = $4
   WHERE p.project_id = $1 AND p.ordinal > $3::int8 AND p.text <> '' AND p.written_by = ANY ($5::uuid[])
     AND NOT EXISTS (SELECT FROM embedding e WHERE e.project_id = $1 AND e.model = $2 AND e.hash = p.hash)`;

/** Keeps vectors: computed once per text and model, never overwritten and never deleted. */
export function embeddingStore(database: Database): EmbeddingStore {
  return {
    async *open({ projectId, after, notOf }, model) {
      let last = after;
      for (;;) {
        const rows: (OpenPassage & { ordinal: bigint; embedded: boolean })[] = await database.system.query<{
          hash: string;
          text: string;
          tokens: number;
          ordinal: bigint;
          embedded: boolean;
        }>(
          `${looked(`p.hash, concat_ws(E'\\n', p.head, p.text) AS text, p.tokens, p.ordinal`, `LIMIT ${PAGE}`)} ORDER BY p.ordinal`,
          [projectId, model, last, [...notOf]],
        );
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
        not_of: string[];
      }>(unsettled, [projectId, model, syncId]);
      const after = row?.after ?? 0n;
      const syncs = row?.syncs ?? [];
      const notOf = row?.not_of ?? [];
      const ended = syncs.filter((id) => id !== syncId);
      if (syncId !== null && ended.length > 0)
        await database.system.execute(takeOver, [projectId, model, after, syncId, ended]);
      const [some] = await database.system.query(`${lacking} LIMIT 1`, [projectId, model, after, notOf, []]);
      return { inForce: row?.in_force ?? false, syncs, after, notOf, open: some !== undefined };
    },

    async count({ projectId, after, notOf }) {
      const [row] = await database.system.query<{ count: bigint }>(
        `SELECT count(*) FROM passage
          WHERE project_id = $1 AND ordinal > $2 AND text <> '' AND (written_by IS NULL OR NOT written_by = ANY ($3::uuid[]))`,
        [projectId, after, [...notOf]],
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

    putInForce: (projectId, model, refused) =>
      database.transaction(async (sql) => {
        await sql.execute(
          'INSERT INTO embedding_generation (project_id, model) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [projectId, model],
        );
        const complete = await sql.execute(
          `UPDATE embedding_generation g SET completed_at = coalesce(g.completed_at, now())
            WHERE g.project_id = $1 AND g.model = $2 AND NOT EXISTS (${lacking})`,
          [projectId, model, 0, [], [...refused]],
        );
        if (complete === 0) return false;
        await sql.execute('UPDATE project SET embedding_model = $2 WHERE id = $1', [projectId, model]);
        return true;
      }),
  };
}
