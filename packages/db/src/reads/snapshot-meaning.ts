import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';

/** The passages of a snapshot, and those that search by meaning reaches or soon will. */
export interface SnapshotMeaning {
  readonly passages: number;
  readonly embedded: number;
  readonly model: string;
  /** Whether the project searches by meaning at all: a first model is in force once all is embedded. */
  readonly isInForce: boolean;
}

interface MeaningPage {
  readonly branchId: string;
  readonly number: number;
  /** The model that the server computes: it counts where the project has none in force yet. */
  readonly computed: string;
}

// Each vector is looked up by the whole key: without statistics a join would compare every passage with every vector.
// A redacted passage has no text and needs no vector.
const meaning = `
  SELECT a.place, coalesce(j.embedding_model, a.computed) AS model, j.embedding_model IS NOT NULL AS in_force, c.*
    FROM unnest($2::uuid[], $3::int4[], $4::text[]) WITH ORDINALITY AS a (branch_id, number, computed, place)
    JOIN project j ON j.id = $1
   CROSS JOIN LATERAL (
     SELECT count(*) AS passages, count(e.yes) AS embedded
       FROM (SELECT DISTINCT m.hash
               FROM repository_file f
               JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect
                AND m.superseded_at IS NULL
              WHERE f.project_id = $1 AND f.branch_id = a.branch_id AND f.added <= a.number
                AND (f.superseded IS NULL OR f.superseded > a.number)) h
       JOIN passage p ON p.project_id = $1 AND p.hash = h.hash AND p.text <> ''
       LEFT JOIN LATERAL (
         SELECT true AS yes FROM embedding v
          WHERE v.project_id = $1 AND v.model = coalesce(j.embedding_model, a.computed) AND v.hash = h.hash LIMIT 1) e ON true) c`;

/** Counts how many passages of a snapshot have a vector. */
export const snapshotMeaning = batchedInProject(
  async (sql: Sql, projectId: string, pages: readonly MeaningPage[]): Promise<SnapshotMeaning[]> => {
    const rows = await sql.query<{
      place: bigint;
      model: string;
      in_force: boolean;
      passages: bigint;
      embedded: bigint;
    }>(meaning, [
      projectId,
      pages.map(({ branchId }) => branchId),
      pages.map(({ number }) => number),
      pages.map(({ computed }) => computed),
    ]);
    return pages.map(({ computed }, index) => {
      const row = rows.find(({ place }) => Number(place) === index + 1);
      return {
        passages: Number(row?.passages ?? 0n),
        embedded: Number(row?.embedded ?? 0n),
        model: row?.model ?? computed,
        isInForce: row?.in_force ?? false,
      };
    });
  },
);
