import { pathFromBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { from, order, within, type SnapshotKey } from './snapshot-file.ts';

const treated = `
  SELECT f.path, f.ignored IS NOT NULL AS is_ignored, coalesce(b.size, 0)::float8 AS size FROM ${from}
   WHERE ${within} ORDER BY ${order}`;

/** A path of a snapshot, and how its content is treated. */
export interface TreatedPath {
  readonly path: string;
  readonly isIgnored: boolean;
  /** Zero where the content is not stored. */
  readonly size: number;
}

/** Every path of a snapshot with its treatment, in byte order. */
export async function treatedPaths(sql: Sql, key: SnapshotKey): Promise<TreatedPath[]> {
  const rows = await sql.query<{ path: Uint8Array; is_ignored: boolean; size: number }>(treated, [
    key.projectId,
    key.branchId,
    key.number,
  ]);
  return rows.map((row) => ({
    path: showPath(pathFromBytes(row.path)),
    isIgnored: row.is_ignored,
    size: row.size,
  }));
}
