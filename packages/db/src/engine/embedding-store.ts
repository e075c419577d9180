import type {
  EmbeddingsDue,
  EmbeddingScope,
  EmbeddingStore,
  OpenPassage,
  PassageVector,
} from '@project-sync/sync';
import { chargedTo, syncsOf } from '../database/account.ts';
import { copyRows } from '../database/copy-rows.ts';
import type { Database } from '../database/database.ts';
import { isActiveSql } from '../syncs/status-sql.ts';

/** Passages of one page. */
const PAGE = 1024;

// Each passage is looked up by the whole key: without statistics a join would compare every passage with every vector.
// A redacted passage has no text and needs no vector.
/** $1 project, $2 model, $3 the passage to start after, $4 syncs that embed their own passages */
const passagesAfter = (columns: string, page: string) => `
  SELECT ${columns}, e.yes IS NOT NULL AS embedded
    FROM (SELECT * FROM passage WHERE project_id = $1 AND ordinal > $3::int8 AND text <> ''
              AND (written_by IS NULL OR NOT written_by = ANY ($4::uuid[])) ORDER BY ordinal ${page}) p
    LEFT JOIN LATERAL (
      SELECT true AS yes FROM embedding e WHERE e.project_id = $1 AND e.model = $2 AND e.hash = p.hash LIMIT 1) e ON true`;
/** The same, and $5 the passages that the model refuses. */
const lacking = `SELECT 1 FROM (${passagesAfter('p.hash', '')}) l WHERE NOT l.embedded AND l.hash <> ALL ($5::uuid[])`;

// An active sync embeds its own passages. A failed or cancelled one has stored passages that later syncs find stored,
// and so do not write themselves.
const unsettled = `
  SELECT (SELECT embedding_model = $2 FROM project WHERE id = $1) AS in_force,
         array_agg(s.id) AS syncs, min(coalesce(s.passages_after, 0)) AS after,
         (SELECT coalesce(array_agg(o.id), '{}') FROM project_sync o
           WHERE o.project_id = $1 AND ${isActiveSql('o.status')} AND o.id IS DISTINCT FROM $3::uuid) AS not_of
    FROM project_sync s
   WHERE s.project_id = $1 AND s.embedded_at IS NULL AND (s.finalized_at IS NOT NULL OR s.passages_after IS NOT NULL)
     AND (s.id = $3::uuid OR NOT ${isActiveSql('s.status')})`;

// Of two syncs that take over the same passages, the second waits for the first and then finds none.
const takeOver = `
  UPDATE passage p SET written_by = $4
   WHERE p.project_id = $1 AND p.ordinal > $3::int8 AND p.text <> '' AND p.written_by = ANY ($5::uuid[])
     AND NOT EXISTS (SELECT FROM embedding e WHERE e.project_id = $1 AND e.model = $2 AND e.hash = p.hash)`;

const countPassages = `
  SELECT count(*) FROM passage
   WHERE project_id = $1 AND ordinal > $2 AND text <> '' AND (written_by IS NULL OR NOT written_by = ANY ($3::uuid[]))`;
const incoming =
  'CREATE TEMPORARY TABLE IF NOT EXISTS incoming_vector (hash uuid, vector vector(1536)) ON COMMIT DELETE ROWS';
const saveIncoming = `
  INSERT INTO embedding (project_id, model, hash, vector, bits)
  SELECT $1, $2, i.hash, i.vector, binary_quantize(i.vector)::bit(1536) FROM incoming_vector i
   WHERE EXISTS (SELECT FROM passage p WHERE p.project_id = $1 AND p.hash = i.hash) ON CONFLICT DO NOTHING`;
const settle =
  'UPDATE project_sync SET embedded_at = now() WHERE project_id = $1 AND id = ANY ($2::uuid[]) AND embedded_at IS NULL';
const openGeneration =
  'INSERT INTO embedding_generation (project_id, model) VALUES ($1, $2) ON CONFLICT DO NOTHING';
const completeGeneration = `
  UPDATE embedding_generation g SET completed_at = coalesce(g.completed_at, now())
   WHERE g.project_id = $1 AND g.model = $2 AND NOT EXISTS (${lacking})`;

interface OpenRow extends OpenPassage, Record<string, unknown> {
  readonly ordinal: bigint;
  readonly embedded: boolean;
}

interface UnsettledRow extends Record<string, unknown> {
  readonly in_force: boolean | null;
  readonly syncs: string[] | null;
  readonly after: bigint | null;
  readonly not_of: string[];
}

/** Storage for vectors: each is computed once per text and model, and never overwritten or deleted. */
export function embeddingStore(database: Database): EmbeddingStore {
  return new VectorRows(database);
}

class VectorRows implements EmbeddingStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Vectors are computed for syncs, so they are on the account of those. */
  #of(projectId: string): Database {
    return chargedTo(this.#database, syncsOf(projectId));
  }

  async *open(
    { projectId, after, notOf }: EmbeddingScope,
    model: string,
  ): AsyncGenerator<readonly OpenPassage[]> {
    // A vector speaks for the text and the head it stands under.
    const columns = `p.hash, concat_ws(E'\\n', p.head, p.text) AS text, p.tokens, p.ordinal`;
    const statement = `${passagesAfter(columns, `LIMIT ${PAGE}`)} ORDER BY p.ordinal`;
    for (let last = after; ;) {
      const params = [projectId, model, last, [...notOf]];
      const rows = await this.#of(projectId).system.query<OpenRow>(statement, params);
      if (rows.length === 0) return;
      last = rows.at(-1)?.ordinal ?? last;
      const open = rows.filter(({ embedded }) => !embedded);
      if (open.length > 0) yield open;
    }
  }

  async due(projectId: string, syncId: string | null, model: string): Promise<EmbeddingsDue> {
    const { system } = this.#of(projectId);
    const [row] = await system.query<UnsettledRow>(unsettled, [projectId, model, syncId]);
    const after = row?.after ?? 0n;
    const syncs = row?.syncs ?? [];
    const notOf = row?.not_of ?? [];
    const ended = syncs.filter((id) => id !== syncId);
    if (syncId !== null && ended.length > 0)
      await system.execute(takeOver, [projectId, model, after, syncId, ended]);
    const [some] = await system.query(`${lacking} LIMIT 1`, [projectId, model, after, notOf, []]);
    return { inForce: row?.in_force ?? false, syncs, after, notOf, open: some !== undefined };
  }

  async count({ projectId, after, notOf }: EmbeddingScope): Promise<number> {
    const params = [projectId, after, [...notOf]];
    const [row] = await this.#of(projectId).system.query<{ count: bigint }>(countPassages, params);
    return Number(row?.count ?? 0n);
  }

  async save(projectId: string, model: string, vectors: readonly PassageVector[]): Promise<void> {
    if (vectors.length === 0) return;
    const rows = copyRows(vectors.map(({ hash, vector }) => [{ uuid: hash }, { vector }]));
    await this.#of(projectId).transaction(async (sql) => {
      await sql.script(incoming);
      await sql.copyIn('incoming_vector (hash, vector)', rows);
      await sql.execute(saveIncoming, [projectId, model]);
    });
  }

  async settle(projectId: string, syncs: readonly string[]): Promise<void> {
    await this.#of(projectId).system.execute(settle, [projectId, [...syncs]]);
  }

  putInForce(projectId: string, model: string, refused: readonly string[]): Promise<boolean> {
    return this.#of(projectId).transaction(async (sql) => {
      await sql.execute(openGeneration, [projectId, model]);
      const complete = await sql.execute(completeGeneration, [projectId, model, 0, [], [...refused]]);
      if (complete === 0) return false;
      await sql.execute('UPDATE project SET embedding_model = $2 WHERE id = $1', [projectId, model]);
      return true;
    });
  }
}
