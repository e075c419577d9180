import type { Sql } from '../database/database.ts';
import {
  placed,
  placedEntry,
  scopeParameters,
  type EntryRecord,
  type MemoryScope,
  type PlacedEntry,
} from './memory-scope.ts';

/** How a query is answered: by meaning, by words, or by both fused by rank. */
export interface MemoryQuery {
  /** Words of the query, in the form that passages are indexed by. */
  readonly words: readonly string[];
  readonly vector: Float32Array | null;
  readonly model: string | null;
  readonly mode: 'HYBRID' | 'SEMANTIC' | 'KEYWORD';
  readonly first: number;
  readonly offset: number;
}

/** One hit with its score. */
export interface MemoryHit {
  readonly entry: PlacedEntry;
  readonly score: number;
}

/** How deep each list goes before they are fused, and how many true vectors are read to order the nearest bits. */
const DEPTH = 300;
/** What a rank counts in the fusion: words tell more of code than the likeness of two texts does. */
const FUSION = 20;
const WORDS_WEIGH = 2;
/** A word that more than this share of all passages has is looked for only where the query has no rarer ones. */
const FREQUENT = 0.2;

// BM25: what is rare weighs more, saying it twice is not twice as much, and a long passage is no better for its
// length. `ts_rank` of one word grows as its mentions do and is cut to 1 for the first. A word in the path or in the
// name of what is defined there counts beside the text, and finds what the text does not say.
// Words are looked up first and the scope is joined before the limit, so a narrow scope never comes back empty
// because the best of the whole project stood outside of it.
// Each word goes through the index by itself (OFFSET 0 keeps the planner from testing each passage for each word), and
// what a word is worth or where an entry stands is worked out once.
const keyword = `
  asked AS MATERIALIZED (
    SELECT a.ord, a.word::tsquery AS query, (a.word || ':*')::tsquery AS beginning,
           (SELECT count(*) FROM passage p WHERE p.project_id = $1 AND p.words @@ a.word::tsquery)::float8 AS held
      FROM unnest($6::text[]) WITH ORDINALITY AS a (word, ord)
  ), weighed AS MATERIALIZED (
    SELECT a.ord, a.query, a.beginning, ln(1 + (greatest(n.passages - a.held, 0) + 0.5) / (a.held + 0.5)) AS weight,
           a.held > 0 AND (a.held <= ${FREQUENT} * n.passages OR rank() OVER (ORDER BY a.held = 0, a.held) <= 3) AS in_text
      FROM asked a, (SELECT count(*)::float8 AS passages FROM passage WHERE project_id = $1) n
  ), said AS (
    SELECT s.id, s.file_id, p.score
      FROM (SELECT m.hash, sum(w.weight * m.mentions * 1.8 / (m.mentions + 0.8 * (0.25 + m.tokens / 200.0))) AS score
              FROM weighed w
             CROSS JOIN LATERAL (
               SELECT p.hash, p.tokens, ts_rank(p.words, w.query) * 16.45 AS mentions
                 FROM passage p WHERE p.project_id = $1 AND p.words @@ w.query OFFSET 0) m
             WHERE w.in_text GROUP BY m.hash) p
      JOIN scope s ON s.hash = p.hash
     ORDER BY p.score DESC, s.id, s.file_id LIMIT ${DEPTH}
  ), named AS (
    SELECT s.id, s.file_id, 0::float8 AS score
      FROM scope s
      JOIN (SELECT f.id, sum(w.weight) AS weight
              FROM weighed w
             CROSS JOIN LATERAL (
               SELECT f.id FROM repository_file f
                WHERE f.project_id = $1 AND place_words(f.path) @@ w.beginning OFFSET 0) f
             GROUP BY f.id) f ON f.id = s.file_id
     ORDER BY f.weight DESC, s.id, s.file_id LIMIT ${DEPTH}
  ), candidate AS MATERIALIZED (
    SELECT c.id, c.file_id, c.score,
           coalesce(place_words(s.path), '') || place_words(convert_to(coalesce(s.symbol, s.title), 'UTF8')) AS place
      FROM (SELECT id, file_id, max(score) AS score FROM (SELECT * FROM said UNION ALL SELECT * FROM named) e
             GROUP BY id, file_id) c
      JOIN scope s ON s.id = c.id AND s.file_id IS NOT DISTINCT FROM c.file_id
  ), keyword AS (
    SELECT c.id, c.file_id,
           row_number() OVER (ORDER BY c.score + 0.6 * coalesce(at.weight, 0) DESC, c.id, c.file_id) AS rank
      FROM candidate c
     CROSS JOIN LATERAL (SELECT sum(w.weight) AS weight FROM weighed w WHERE c.place @@ w.beginning) at
  )`;

// The signs of the numbers are scanned exactly inside the scope; only the nearest few hundred true vectors are read.
const semantic = `
  near AS (
    SELECT e.hash, e.vector <=> $7::vector(1536) AS distance
      FROM (
        SELECT e.hash, e.vector FROM embedding e
         WHERE e.project_id = $1 AND e.model = $8 AND e.hash IN (SELECT hash FROM scope)
         ORDER BY e.bits <~> binary_quantize($7::vector(1536))::bit(1536), e.hash LIMIT ${DEPTH}
      ) e
  ), semantic AS (
    SELECT s.id, s.file_id, row_number() OVER (ORDER BY n.distance, s.id, s.file_id) AS rank, n.distance
      FROM near n JOIN scope s ON s.hash = n.hash
     WHERE n.distance < 0.999
     LIMIT ${DEPTH}
  )`;

const byWords = `SELECT id, file_id, ${WORDS_WEIGH}.0 / (${FUSION} + rank) AS score FROM keyword`;
const byMeaning = `SELECT id, file_id, 1.0 / (${FUSION} + rank) AS score FROM semantic`;
const ranked = {
  KEYWORD: byWords,
  SEMANTIC: byMeaning,
  HYBRID: `SELECT id, file_id, sum(score) AS score FROM (${byWords} UNION ALL ${byMeaning}) b GROUP BY id, file_id`,
};

/** Finds what a query asks for, best first. One row more than asked tells whether there is more. */
export async function searchMemory(sql: Sql, scope: MemoryScope, query: MemoryQuery): Promise<MemoryHit[]> {
  const words = query.mode === 'SEMANTIC' ? [] : query.words;
  const vector = query.mode === 'KEYWORD' || query.model === null ? null : query.vector;
  if (words.length === 0 && vector === null) return [];
  const mode = vector === null ? 'KEYWORD' : words.length === 0 ? 'SEMANTIC' : 'HYBRID';
  const parts = [...(mode === 'SEMANTIC' ? [] : [keyword]), ...(mode === 'KEYWORD' ? [] : [semantic])];
  const text = `
    WITH scope AS MATERIALIZED (${placed}), ${parts.join(', ')}, best AS (
      SELECT id, file_id, score::float8 AS score FROM (${ranked[mode]}) r ORDER BY score DESC, id, file_id LIMIT $9 OFFSET $10
    )
    SELECT s.*, p.text AS content, b.score, $6::text[] AS asked, $7::text AS near, $8::text AS model
      FROM best b JOIN scope s ON s.id = b.id AND s.file_id IS NOT DISTINCT FROM b.file_id
      JOIN passage p ON p.project_id = $1 AND p.hash = s.hash
     ORDER BY b.score DESC, b.id, b.file_id`;
  const rows = await sql.query<EntryRecord & { score: number }>(text, [
    ...scopeParameters(scope),
    words.map(quoted),
    vector === null ? null : `[${Array.from(vector).join(',')}]`,
    query.model,
    query.first,
    query.offset,
  ]);
  return rows.map((row) => ({ entry: placedEntry(scope.projectId, row), score: row.score }));
}

/** Everything in scope, by place. */
export async function listMemory(
  sql: Sql,
  scope: MemoryScope,
  page: { first: number; offset: number; path: string | null },
): Promise<PlacedEntry[]> {
  const rows = await sql.query<EntryRecord>(
    `SELECT s.*, p.text AS content FROM (${placed}) s JOIN passage p ON p.project_id = $1 AND p.hash = s.hash
      WHERE ($8::text IS NULL OR s.path = convert_to($8, 'UTF8'))
      ORDER BY s.path NULLS LAST, s.ordinal, s.id LIMIT $6 OFFSET $7`,
    [...scopeParameters(scope), page.first, page.offset, page.path],
  );
  return rows.map((row) => placedEntry(scope.projectId, row));
}

/** How many entries are in scope. */
export async function countMemory(sql: Sql, scope: MemoryScope, path: string | null): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) FROM (${placed}) s WHERE ($6::text IS NULL OR s.path = convert_to($6, 'UTF8'))`,
    [...scopeParameters(scope), path],
  );
  return Number(row?.count ?? 0n);
}

/** One entry by its own id, at the place of a file where it has one: of a snapshot, never of a sync that is at work. */
export async function entryById(
  sql: Sql,
  projectId: string,
  id: bigint,
  fileId: bigint | null,
): Promise<PlacedEntry | null> {
  const [row] = await sql.query<EntryRecord>(
    `SELECT m.*, p.text AS content, f.id AS file_id, f.path, f.language, f.branch_id, f.added, f.superseded
       FROM memory_entry m JOIN passage p ON p.project_id = m.project_id AND p.hash = m.hash
       LEFT JOIN (repository_file f JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id
                                               AND f.added <= h.head AND h.removed_at IS NULL)
         ON f.project_id = m.project_id AND f.id = $3 AND f.oid = m.oid AND f.dialect = m.dialect
      WHERE m.project_id = $1 AND m.id = $2 AND (m.oid IS NULL OR f.id IS NOT NULL)`,
    [projectId, id, fileId],
  );
  return row === undefined ? null : placedEntry(projectId, row);
}

/** A word as a query of full text search takes it, whatever stands in it. */
function quoted(word: string): string {
  return `'${word.replaceAll('\0', '').replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
