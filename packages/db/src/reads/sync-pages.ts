import type { Sql } from '../database/database.ts';
import { manyOfAll } from './batched-lookup.ts';

/** Which syncs are meant: a project's, a repository's, those of a branch by its name. */
export interface SyncList {
  readonly projectId: string;
  readonly repositoryId: string | null;
  readonly branch: string | null;
  readonly status: readonly string[] | null;
}

/** A page of them, newest first. */
export interface SyncPage extends SyncList {
  /** The sync that it begins with; the newest, or for a page from the end the oldest, where it is null. */
  readonly cursor: string | null;
  readonly skip: number;
  /** How many; below zero it is so many from the end. */
  readonly take: number;
}

const asked = `jsonb_to_recordset($1::jsonb) AS a (
  place int4, project_id uuid, repository_id uuid, branch text, status text[], cursor uuid, skip int4, take int4)`;

// A removed branch keeps its rows until they are let go; nobody sees them meanwhile.
const meant = `
  s.project_id = a.project_id AND (a.repository_id IS NULL OR s.repository_id = a.repository_id)
  AND (a.status IS NULL OR s.status::text = ANY (a.status))
  AND EXISTS (
    SELECT FROM branch b WHERE b.project_id = s.project_id AND b.id = s.branch_id AND b.removed_at IS NULL
       AND (a.branch IS NULL OR b.name = a.branch))`;

const begun = `SELECT c.queued_at, c.id FROM project_sync c WHERE c.project_id = a.project_id AND c.id = a.cursor`;

const page = (from: '<=' | '>=', order: 'ASC' | 'DESC') => `
  SELECT a.place, p.id FROM ${asked}
   CROSS JOIN LATERAL (
     SELECT s.id, s.queued_at FROM project_sync s
      WHERE ${meant} AND (a.cursor IS NULL OR (s.queued_at, s.id) ${from} (${begun}))
      ORDER BY s.queued_at ${order}, s.id ${order} OFFSET a.skip LIMIT abs(a.take)) p
   ORDER BY a.place, p.queued_at DESC, p.id DESC`;
const fromStart = page('<=', 'DESC');
const fromEnd = page('>=', 'ASC');

const count = `SELECT a.place, (SELECT count(*) FROM project_sync s WHERE ${meant}) AS total FROM ${asked}`;

/**
 * The ids of a page of syncs. A list of projects, each with its newest ones, is one statement that reads no more than it
 * shows: Prisma would load the whole history of each project and cut it afterwards.
 */
export const syncPages = manyOfAll(
  async (sql: Sql, keys: readonly string[]): Promise<Map<string, string[]>> => {
    const found = new Map(keys.map((key) => [key, [] as string[]]));
    for (const isFromEnd of [false, true]) {
      const some = keys.filter((key) => key.startsWith('end ') === isFromEnd);
      if (some.length === 0) continue;
      const text = isFromEnd ? fromEnd : fromStart;
      for (const { place, id } of await sql.query<{ place: number; id: string }>(text, [listOf(some)]))
        found.get(some[place] ?? '')?.push(id);
    }
    return found;
  },
);

/** How many there are on all pages. */
export const countSyncs = manyOfAll(
  async (sql: Sql, keys: readonly string[]): Promise<Map<string, number>> => {
    const rows = await sql.query<{ place: number; total: bigint }>(count, [listOf(keys)]);
    return new Map(rows.map(({ place, total }) => [keys[place] ?? '', Number(total)]));
  },
);

/** The key that a page goes by among the others of its turn. */
export function syncPageKey({
  projectId,
  repositoryId,
  branch,
  status,
  cursor,
  skip,
  take,
}: SyncPage): string {
  const asked = { project_id: projectId, repository_id: repositoryId, branch, status, cursor, skip, take };
  return `${take < 0 ? 'end' : 'start'} ${JSON.stringify(asked)}`;
}

function listOf(keys: readonly string[]): string {
  const asked = keys.map((key, place) => `{"place":${place},${key.slice(key.indexOf('{') + 1)}`);
  return `[${asked.join(',')}]`;
}
