import { MODE, parsePath, showPath, type GitPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { successor } from './prefix-upper-bound.ts';
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

// From one child to the next: a folder of a hundred thousand files is stepped over, not read. Each step begins where the
// child before it ends: behind a file at the next name there can be, behind a folder at what follows its slash. The bound
// is one value, so that the index finds it; a choice between two conditions would read the branch from its start.
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

/** The direct children of a folder, folders first, each kind in byte order. */
export async function snapshotTree(sql: Sql, key: SnapshotKey, path: string | null): Promise<TreeChild[]> {
  const folder = path === null || path === '' ? '' : `${parsePath(path.replace(/\/+$/, ''))}/`;
  const prefix = Buffer.from(folder, 'latin1');
  const rows = await sql.query<FileRecord>(children, [
    key.projectId,
    key.branchId,
    key.number,
    prefix,
    prefix.length === 0 ? null : successor(prefix.subarray(0, 512)),
  ]);
  const found = rows.map((row): TreeChild => {
    const file = fileOf(row);
    const rest = file.path.slice(folder.length);
    const slash = rest.indexOf('/');
    if (slash < 0)
      return { kind: kindOf(file.mode), name: showPath(rest as GitPath), path: file.shownPath, file };
    const name = rest.slice(0, slash) as GitPath;
    return {
      kind: 'FOLDER',
      name: showPath(name),
      path: showPath(`${folder}${name}` as GitPath),
      file: null,
    };
  });
  return [...found.filter(({ kind }) => kind === 'FOLDER'), ...found.filter(({ kind }) => kind !== 'FOLDER')];
}

function kindOf(mode: number): TreeChild['kind'] {
  return mode === MODE.symlink ? 'SYMLINK' : mode === MODE.submodule ? 'SUBMODULE' : 'FILE';
}
