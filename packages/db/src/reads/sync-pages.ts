import type { Sql } from '../database/database.ts';
import { batchedInAll } from './batched.ts';

/** A selection of syncs: of a project, of a repository, or of a branch by its name. */
export interface SyncList {
  readonly projectId: string;
  readonly repositoryId: string | null;
  readonly branch: string | null;
  readonly status: readonly string[] | null;
  readonly triggers?: readonly string[] | null;
  /** Only syncs that this user asked for. */
  readonly requestedBy?: string | null;
  /** Only syncs asked for at this time or later. */
  readonly since?: Date | null;
  /** Only syncs asked for before this time. */
  readonly until?: Date | null;
}

/** A page of a selection, newest first unless `oldestFirst` is set. */
export interface SyncPage extends SyncList {
  readonly oldestFirst?: boolean;
  /** The sync the page begins with. Null begins with the first, or with the last for a page from the end. */
  readonly cursor: string | null;
  readonly skip: number;
  /** The number of rows; a negative number counts from the end. */
  readonly take: number;
}

/** The selections of a statement, as its only parameter. */
export const askedSyncs = `jsonb_to_recordset($1::jsonb) AS a (
  place int4, project_id uuid, repository_id uuid, branch text, status text[], triggers text[], requested_by text,
  since timestamptz, until timestamptz, cursor uuid, skip int4, take int4)`;

// A removed branch keeps its rows until they are purged; readers do not see them meanwhile.
/** The condition of a selection. */
export const selectedSyncs = `
  s.project_id = a.project_id AND (a.repository_id IS NULL OR s.repository_id = a.repository_id)
  AND (a.status IS NULL OR s.status::text = ANY (a.status))
  AND (a.triggers IS NULL OR s.trigger::text = ANY (a.triggers))
  AND (a.requested_by IS NULL OR s.requested_by = a.requested_by)
  AND (a.since IS NULL OR s.queued_at >= a.since) AND (a.until IS NULL OR s.queued_at < a.until)
  AND EXISTS (
    SELECT FROM branch b WHERE b.project_id = s.project_id AND b.id = s.branch_id AND b.removed_at IS NULL
       AND (a.branch IS NULL OR b.name = a.branch))`;

const cursor = `SELECT c.queued_at, c.id FROM project_sync c WHERE c.project_id = a.project_id AND c.id = a.cursor`;

const page = (from: '<=' | '>=', order: 'ASC' | 'DESC', shown: 'ASC' | 'DESC') => `
  SELECT a.place, p.id FROM ${askedSyncs}
   CROSS JOIN LATERAL (
     SELECT s.id, s.queued_at FROM project_sync s
      WHERE ${selectedSyncs} AND (a.cursor IS NULL OR (s.queued_at, s.id) ${from} (${cursor}))
      ORDER BY s.queued_at ${order}, s.id ${order} OFFSET a.skip LIMIT abs(a.take)) p
   ORDER BY a.place, p.queued_at ${shown}, p.id ${shown}`;
/** By the order of the list and the end it is read from. */
const texts = {
  newestFirst: page('<=', 'DESC', 'DESC'),
  newestFirstFromEnd: page('>=', 'ASC', 'DESC'),
  oldestFirst: page('>=', 'ASC', 'ASC'),
  oldestFirstFromEnd: page('<=', 'DESC', 'ASC'),
} as const;

function textFor({ oldestFirst = false, take }: SyncPage): keyof typeof texts {
  if (oldestFirst) return take < 0 ? 'oldestFirstFromEnd' : 'oldestFirst';
  return take < 0 ? 'newestFirstFromEnd' : 'newestFirst';
}

const count = `SELECT a.place, (SELECT count(*) FROM project_sync s WHERE ${selectedSyncs}) AS total FROM ${askedSyncs}`;

/**
 * The IDs of a page of syncs. A list of projects, each with its newest syncs, is one statement that reads no more rows
 * than it shows; Prisma would load the whole history of each project and cut it afterwards.
 */
export const syncPages = batchedInAll(async (sql: Sql, wanted: readonly SyncPage[]): Promise<string[][]> => {
  const placed = wanted.map((page, place) => ({ page, place }));
  const found = wanted.map((): string[] => []);
  for (const [text, some] of Map.groupBy(placed, ({ page }) => textFor(page)))
    for (const { place, id } of await sql.query<{ place: number; id: string }>(texts[text], [askSyncs(some)]))
      found[place]?.push(id);
  return found;
});

/** The number of syncs on all pages. */
export const countSyncs = batchedInAll(async (sql: Sql, wanted: readonly SyncList[]): Promise<number[]> => {
  const placed = wanted.map((list, place) => ({ page: { ...list, cursor: null, skip: 0, take: 0 }, place }));
  const found = wanted.map(() => 0);
  for (const { place, total } of await sql.query<{ place: number; total: bigint }>(count, [askSyncs(placed)]))
    found[place] = Number(total);
  return found;
});

/** The parameter of a statement about selections. */
export function askSyncs(wanted: readonly { readonly page: SyncPage; readonly place: number }[]): string {
  return JSON.stringify(
    wanted.map(({ page, place }) => ({
      place,
      project_id: page.projectId,
      repository_id: page.repositoryId,
      branch: page.branch,
      status: page.status,
      triggers: page.triggers ?? null,
      requested_by: page.requestedBy ?? null,
      since: page.since ?? null,
      until: page.until ?? null,
      cursor: page.cursor,
      skip: page.skip,
      take: page.take,
    })),
  );
}
