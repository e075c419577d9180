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

// Entries and vectors are looked up by their whole keys: without statistics, as while a first sync runs, a join would compare every
// file with every entry. OFFSET 0 keeps the look-up one. A redacted passage has no text and needs no vector.
const meaning = `
  WITH asked AS MATERIALIZED (
    SELECT a.place, a.branch_id, a.number, coalesce(j.embedding_model, a.computed) AS model, j.embedding_model IS NOT NULL AS in_force
      FROM unnest($2::uuid[], $3::int4[], $4::text[]) WITH ORDINALITY AS a (branch_id, number, computed, place)
      JOIN project j ON j.id = $1),
  read AS MATERIALIZED (
    SELECT DISTINCT a.place, f.oid, f.dialect
      FROM asked a JOIN repository_file f ON f.project_id = $1 AND f.branch_id = a.branch_id AND f.added <= a.number
       AND (f.superseded IS NULL OR f.superseded > a.number)),
  held AS MATERIALIZED (
    SELECT DISTINCT r.place, e.hash
      FROM read r CROSS JOIN LATERAL (
        SELECT m.hash FROM memory_entry m
         WHERE m.project_id = $1 AND m.oid = r.oid AND m.dialect = r.dialect AND m.superseded_at IS NULL
         OFFSET 0) e)
  SELECT a.place, a.model, a.in_force, c.*
    FROM asked a CROSS JOIN LATERAL (
      SELECT count(*) AS passages, count(e.yes) AS embedded
        FROM held h
        JOIN passage p ON p.project_id = $1 AND p.hash = h.hash AND p.text <> ''
        LEFT JOIN LATERAL (
          SELECT true AS yes FROM embedding v WHERE v.project_id = $1 AND v.model = a.model AND v.hash = h.hash LIMIT 1) e ON true
       WHERE h.place = a.place) c`;

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
