import type { Sql } from '../database/database.ts';
import { batchedInAll } from './batched.ts';

/** A page of the stored branches of one repository. */
export interface KeptBranchPage {
  readonly projectId: string;
  readonly repositoryId: string;
  /** Only names that contain this text, in any case. */
  readonly query: string | null;
  readonly first: number;
  /** Only branches after this one. */
  readonly after: { readonly syncedAtMs: number; readonly branchId: string } | null;
}

/** A branch with at least one finalized sync. */
export interface KeptBranch {
  readonly id: string;
  readonly name: string;
  readonly head: number;
  readonly isDefault: boolean;
  /** When its newest completed or finalized sync was done, in milliseconds since 1970. */
  readonly syncedAtMs: number;
}

const asked = `jsonb_to_recordset($1::jsonb) AS a (
  place int4, project_id uuid, repository_id uuid, query text, first int4, after_time int8, after_id uuid)`;

const kept = `
  b.project_id = a.project_id AND b.repository_id = a.repository_id AND b.head > 0 AND b.removed_at IS NULL
    AND (a.query IS NULL OR position(lower(a.query) in lower(b.name)) > 0)`;

// A time once written never changes, so a page keeps its place while other branches are synced.
const pages = `
  SELECT a.place, k.* FROM ${asked}
   CROSS JOIN LATERAL (
     SELECT b.id, b.name, b.head, b.name IS NOT DISTINCT FROM r.default_branch AS is_default, t.synced_at
       FROM branch b
       JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
       CROSS JOIN LATERAL (
         SELECT (extract(epoch FROM max(coalesce(s.finalized_at, s.completed_at, s.queued_at))) * 1000)::int8 AS synced_at
           FROM project_sync s
          WHERE s.project_id = b.project_id AND s.branch_id = b.id AND (s.status = 'COMPLETED' OR s.number IS NOT NULL)) t
      WHERE ${kept} AND (a.after_time IS NULL OR (t.synced_at, b.id) < (a.after_time, a.after_id))
      ORDER BY t.synced_at DESC, b.id DESC LIMIT a.first) k
   ORDER BY a.place, k.synced_at DESC, k.id DESC`;

const counts = `SELECT a.place, (SELECT count(*) FROM branch b WHERE ${kept}) AS total FROM ${asked}`;

const syncCounts = `
  SELECT a.place, (
    SELECT count(*) FROM project_sync s
     WHERE s.project_id = a.project_id AND s.branch_id = a.branch_id AND s.status = 'COMPLETED') AS total
    FROM jsonb_to_recordset($1::jsonb) AS a (place int4, project_id uuid, branch_id uuid)`;

/** The stored branches of a repository, the most recently synced first. The source is never asked. */
export const keptBranches = batchedInAll(
  async (sql: Sql, wanted: readonly KeptBranchPage[]): Promise<KeptBranch[][]> => {
    const rows = await sql.query<{
      place: number;
      id: string;
      name: string;
      head: number;
      is_default: boolean;
      synced_at: bigint;
    }>(pages, [parameter(wanted)]);
    const found = wanted.map((): KeptBranch[] => []);
    for (const { place, id, name, head, is_default: isDefault, synced_at } of rows)
      found[place]?.push({ id, name, head, isDefault, syncedAtMs: Number(synced_at) });
    return found;
  },
);

/** The number of stored branches on all pages. */
export const countKeptBranches = batchedInAll(
  async (sql: Sql, wanted: readonly Pick<KeptBranchPage, 'projectId' | 'repositoryId' | 'query'>[]) =>
    totals(
      await sql.query(counts, [parameter(wanted.map((page) => ({ ...page, first: 0, after: null })))]),
      wanted.length,
    ),
);

/** The number of completed syncs of a branch. */
export const countBranchSyncs = batchedInAll(
  async (sql: Sql, branches: readonly { readonly projectId: string; readonly branchId: string }[]) => {
    const list = branches.map(({ projectId, branchId }, place) => ({
      place,
      project_id: projectId,
      branch_id: branchId,
    }));
    return totals(await sql.query(syncCounts, [JSON.stringify(list)]), branches.length);
  },
);

function parameter(wanted: readonly KeptBranchPage[]): string {
  return JSON.stringify(
    wanted.map(({ projectId, repositoryId, query, first, after }, place) => ({
      place,
      project_id: projectId,
      repository_id: repositoryId,
      query,
      first,
      after_time: after?.syncedAtMs ?? null,
      after_id: after?.branchId ?? null,
    })),
  );
}

function totals(rows: readonly { place: number; total: bigint }[], length: number): number[] {
  const found = new Array<number>(length).fill(0);
  for (const { place, total } of rows) found[place] = Number(total);
  return found;
}
