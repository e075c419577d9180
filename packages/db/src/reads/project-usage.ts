import type { Sql } from '../database/database.ts';
import { batchedInAll } from './batched.ts';

/** The rows that are stored of a project, counted. */
export interface ProjectUsage {
  readonly contents: number;
  readonly contentBytes: number;
  readonly passages: number;
  readonly tokens: number;
  readonly vectors: number;
  readonly syncs: number;
  readonly bytesFetched: number;
  readonly embeddingsComputed: number;
}

interface UsageRow extends Record<string, unknown> {
  readonly place: number;
  readonly contents: bigint;
  readonly content_bytes: bigint | null;
  readonly passages: bigint;
  readonly tokens: bigint | null;
  readonly vectors: bigint;
  readonly syncs: bigint;
  readonly fetched: number | null;
  readonly computed: bigint | null;
}

const usage = `
  SELECT a.place, b.*, p.*, s.*, (SELECT count(*) FROM embedding e WHERE e.project_id = a.project_id) AS vectors
    FROM jsonb_to_recordset($1::jsonb) AS a (place int4, project_id uuid)
   CROSS JOIN LATERAL (
     SELECT count(*) AS contents, sum(size)::int8 AS content_bytes FROM blob WHERE project_id = a.project_id) b
   CROSS JOIN LATERAL (
     SELECT count(*) AS passages, sum(tokens)::int8 AS tokens FROM passage WHERE project_id = a.project_id) p
   CROSS JOIN LATERAL (
     SELECT count(*) AS syncs, sum((stats->>'bytesFetched')::float8) AS fetched,
            sum((stats->>'embeddingsComputed')::int8)::int8 AS computed
       FROM project_sync WHERE project_id = a.project_id) s`;

/** Counts what is stored of projects: rows that all of their branches share, and the sums over their syncs. */
export const projectUsage = batchedInAll(
  async (sql: Sql, projects: readonly { readonly projectId: string }[]): Promise<ProjectUsage[]> => {
    const list = projects.map(({ projectId }, place) => ({ place, project_id: projectId }));
    const rows = await sql.query<UsageRow>(usage, [JSON.stringify(list)]);
    const byPlace = new Map(rows.map((row) => [row.place, row]));
    return projects.map((_project, place) => usageIn(byPlace.get(place)));
  },
);

/** A project that the reader may not see counts nothing. */
function usageIn(row: UsageRow | undefined): ProjectUsage {
  const count = (value: bigint | null | undefined): number => Number(value ?? 0);
  return {
    contents: count(row?.contents),
    contentBytes: count(row?.content_bytes),
    passages: count(row?.passages),
    tokens: count(row?.tokens),
    vectors: count(row?.vectors),
    syncs: count(row?.syncs),
    bytesFetched: row?.fetched ?? 0,
    embeddingsComputed: count(row?.computed),
  };
}
