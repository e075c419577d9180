import { MODE, parsePath, showPath, type GitPath } from '@project-sync/sync';
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

// Steps from child to child, so that the files below a folder are skipped, not read. Each step begins where the child
// before it ends: after a file at the next possible name, after a folder at the name that follows its slash. The bound is
// one value, so that the index is used; a choice between two conditions would read the branch from its start.
const children = `
  WITH RECURSIVE step AS (
    (SELECT f.id, f.path FROM repository_file f
      WHERE ${within} AND substring(f.path from 1 for 512) >= substring($4::bytea from 1 for 512)
        AND ($5::bytea IS NULL OR substring(f.path from 1 for 512) < $5::bytea)
        AND substring(f.path from 1 for length($4::bytea)) = $4::bytea
      ORDER BY ${order} LIMIT 1)
    UNION ALL
    SELECT n.id, n.path FROM step s
      CROSS JOIN LATERAL (SELECT position('\\x2f'::bytea in substring(s.path from length($4::bytea) + 1)) AS slash) p
      CROSS JOIN LATERAL (
        SELECT CASE WHEN p.slash = 0 THEN s.path || '\\x00'::bytea
                    ELSE substring(s.path from 1 for length($4::bytea) + p.slash - 1) || '\\x30'::bytea END AS start) b
      CROSS JOIN LATERAL (
        SELECT f.id, f.path FROM repository_file f
         WHERE ${within} AND substring(f.path from 1 for 512) >= substring(b.start from 1 for 512) AND f.path >= b.start
           AND ($5::bytea IS NULL OR substring(f.path from 1 for 512) < $5::bytea)
           AND substring(f.path from 1 for length($4::bytea)) = $4::bytea
         ORDER BY ${order} LIMIT 1
      ) n
  )
  SELECT ${columns} FROM step s JOIN ${from} ON f.project_id = $1 AND f.id = s.id`;

/** A direct child of a folder. */
export interface TreeChild {
  readonly kind: 'FOLDER' | 'FILE' | 'SYMLINK' | 'SUBMODULE';
  readonly name: string;
  readonly path: string;
  readonly file: SnapshotFile | null;
}

/**
 * The direct children of a folder: folders first, then everything else, each in the byte order of their paths. Git orders
 * a folder as if its name ended in a slash, so `a-b` comes before `a`.
 */
export async function snapshotTree(sql: Sql, key: SnapshotKey, path: string | null): Promise<TreeChild[]> {
  const folder = path === null || path === '' ? '' : `${parsePath(path.replace(/\/+$/, ''))}/`;
  const prefix = Buffer.from(folder, 'latin1');
  const rows = await sql.query<FileRecord>(children, [
    key.projectId,
    key.branchId,
    key.number,
    prefix,
    prefix.length === 0 ? null : prefixUpperBound(prefix.subarray(0, 512)),
  ]);
  return rows
    .map((row) => childOf(folder, fileOf(row)))
    .toSorted((a, b) => rankOf(a.child) - rankOf(b.child) || (a.order < b.order ? -1 : 1))
    .map(({ child }) => child);
}

/** The child of a folder that a file below it is, or is in. A raw name holds one byte in each character. */
function childOf(folder: string, file: SnapshotFile): { order: string; child: TreeChild } {
  const rest = file.path.slice(folder.length);
  const slash = rest.indexOf('/');
  const rawName = slash < 0 ? rest : rest.slice(0, slash);
  const name = showPath(rawName as GitPath);
  const child: TreeChild =
    slash < 0
      ? { kind: kindOf(file.mode), name, path: file.shownPath, file }
      : { kind: 'FOLDER', name, path: showPath(`${folder}${rawName}` as GitPath), file: null };
  return { order: slash < 0 ? rawName : `${rawName}/`, child };
}

function rankOf({ kind }: TreeChild): number {
  return kind === 'FOLDER' ? 0 : 1;
}

function kindOf(mode: number): TreeChild['kind'] {
  return mode === MODE.symlink ? 'SYMLINK' : mode === MODE.submodule ? 'SUBMODULE' : 'FILE';
}
