import { parsePath, pathToBytes } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { prefixUpperBound } from './prefix-upper-bound.ts';
import {
  columns,
  fileOf,
  from,
  order,
  within,
  type FileRecord,
  type SnapshotFile,
  type SnapshotKey,
} from './snapshot-file.ts';

const files = `
  SELECT ${columns} FROM ${from}
   WHERE ${within}
     AND ($4::bytea IS NULL OR (substring(f.path from 1 for 512), f.path) > (substring($4::bytea from 1 for 512), $4::bytea))
     AND ($5::bytea IS NULL OR (substring(f.path from 1 for 512) >= substring($5::bytea from 1 for 512)
                               AND substring(f.path from 1 for length($5::bytea)) = $5::bytea))
     AND ($7::bytea IS NULL OR substring(f.path from 1 for 512) < $7::bytea)
   ORDER BY ${order} LIMIT $6`;

const one = `SELECT ${columns} FROM ${from} WHERE ${within} AND sha256(f.path) = sha256($4::bytea)`;

/** A page of a snapshot's files in byte order of the path, starting after `after`. */
export async function snapshotFiles(
  sql: Sql,
  key: SnapshotKey,
  page: { prefix: string | null; first: number; after: string | null },
): Promise<SnapshotFile[]> {
  const prefix = page.prefix === null || page.prefix === '' ? null : pathToBytes(parsePath(page.prefix));
  const after = page.after === null ? null : pathToBytes(parsePath(page.after));
  const rows = await sql.query<FileRecord>(files, [
    key.projectId,
    key.branchId,
    key.number,
    after,
    prefix,
    page.first,
    prefix === null ? null : prefixUpperBound(prefix.subarray(0, 512)),
  ]);
  return rows.map(fileOf);
}

/** The number of files of a snapshot whose path starts with `prefix`. */
export async function countFiles(sql: Sql, key: SnapshotKey, prefix: string | null): Promise<number> {
  const bytes = prefix === null || prefix === '' ? null : pathToBytes(parsePath(prefix));
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) FROM repository_file f WHERE ${within} AND ($4::bytea IS NULL OR substring(f.path from 1 for length($4::bytea)) = $4::bytea)`,
    [key.projectId, key.branchId, key.number, bytes],
  );
  return Number(row?.count ?? 0n);
}

/** The file at one path of a snapshot, or null. */
export async function snapshotFile(sql: Sql, key: SnapshotKey, path: string): Promise<SnapshotFile | null> {
  const [row] = await sql.query<FileRecord>(one, [
    key.projectId,
    key.branchId,
    key.number,
    pathToBytes(parsePath(path)),
  ]);
  return row === undefined ? null : fileOf(row);
}
