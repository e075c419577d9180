import type { EmbeddingScope, EmbeddingStore, OpenPassage } from '@project-sync/sync';
import { copyRows } from '../copy-rows.ts';
import type { Database } from '../database.ts';

const PAGE = 1024;

// What a sync brought is found through its rows; a project's whole is a walk over its passages.
const brought = `
  SELECT DISTINCT m.hash FROM repository_file f
    JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect AND m.superseded_at IS NULL
   WHERE f.project_id = $1 AND f.branch_id = $2::uuid AND f.added = $3::int4`;
const whole = `SELECT hash FROM passage WHERE project_id = $1 AND $2::uuid IS NULL AND $3::int4 IS NULL`;
const lacking = `NOT EXISTS (SELECT FROM embedding e WHERE e.project_id = $1 AND e.model = $4 AND e.hash = s.hash)`;

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
            WHERE ${lacking} AND ($5::uuid IS NULL OR s.hash > $5::uuid) ORDER BY s.hash LIMIT ${PAGE}`,
          [...parameters(scope), model, last],
        );
        if (rows.length === 0) return;
        last = rows.at(-1)?.hash ?? last;
        yield rows;
      }
    },

    async count(scope, model) {
      const [row] = await database.system.query<{ all: bigint; open: bigint }>(
        `SELECT count(*) AS all, count(*) FILTER (WHERE ${lacking}) AS open FROM (${source(scope)}) s`,
        [...parameters(scope), model],
      );
      return { all: Number(row?.all ?? 0n), open: Number(row?.open ?? 0n) };
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
           SELECT $1, $2, hash, vector, binary_quantize(vector)::bit(1536) FROM incoming_vector ON CONFLICT DO NOTHING`,
          [projectId, model],
        );
      });
    },

    async isInForce(projectId, model) {
      const [row] = await database.system.query<{ yes: boolean }>(
        'SELECT embedding_model = $2 AS yes FROM project WHERE id = $1',
        [projectId, model],
      );
      return row?.yes ?? false;
    },

    putInForce: (projectId, model) =>
      database.transaction(async (sql) => {
        await sql.execute(
          'INSERT INTO embedding_generation (project_id, model) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [projectId, model],
        );
        const complete = await sql.execute(
          `UPDATE embedding_generation g SET completed_at = coalesce(g.completed_at, now())
            WHERE g.project_id = $1 AND g.model = $4 AND NOT EXISTS (SELECT FROM (${whole}) s WHERE ${lacking})`,
          [projectId, null, null, model],
        );
        if (complete === 0) return false;
        await sql.execute('UPDATE project SET embedding_model = $2 WHERE id = $1', [projectId, model]);
        return true;
      }),
  };
}

function source(scope: EmbeddingScope): string {
  return scope.sync === null ? whole : brought;
}

function parameters(scope: EmbeddingScope): unknown[] {
  return [scope.projectId, scope.sync?.branchId ?? null, scope.sync?.number ?? null];
}
