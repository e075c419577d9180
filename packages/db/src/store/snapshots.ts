import { MODE, parsePath, pathFromBytes, pathToBytes, showPath, type GitPath } from '@project-sync/sync';
import type { Sql } from '../database.ts';

/** One branch as one sync left it. */
export interface SnapshotKey {
  readonly projectId: string;
  readonly branchId: string;
  readonly number: number;
}

/** One line of a snapshot. */
export interface SnapshotFile {
  readonly id: bigint;
  readonly projectId: string;
  readonly branchId: string;
  readonly path: GitPath;
  readonly shownPath: string;
  readonly mode: number;
  readonly oid: string;
  readonly language: string | null;
  readonly ignored: string | null;
  readonly added: number;
  readonly superseded: number | null;
  readonly size: number;
  readonly isBinary: boolean;
  readonly skipReason: string | null;
  readonly hasText: boolean;
}

interface FileRecord extends Record<string, unknown> {
  readonly id: bigint;
  readonly project_id: string;
  readonly branch_id: string;
  readonly path: Uint8Array;
  readonly mode: number;
  readonly oid: string;
  readonly language: string | null;
  readonly ignored: string | null;
  readonly added: number;
  readonly superseded: number | null;
  readonly size: bigint | null;
  readonly is_binary: boolean | null;
  readonly skip_reason: string | null;
  readonly has_text: boolean;
}

const columns = `f.id, f.project_id, f.branch_id, f.path, f.mode, f.oid, f.language, f.ignored, f.added, f.superseded,
       b.size, b.is_binary, b.skip_reason, b.encoding IS NOT NULL AND b.content IS NOT NULL AS has_text`;
const from = `repository_file f LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid`;
/** $1 project, $2 branch, $3 number: the one condition that every reader of a snapshot goes through. */
const within = `f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)`;
/** The start of a path is what the index holds; the rest decides only among paths of more than 512 bytes. */
const order = `substring(f.path from 1 for 512), f.path`;

const files = `
  SELECT ${columns} FROM ${from}
   WHERE ${within}
     AND ($4::bytea IS NULL OR (substring(f.path from 1 for 512), f.path) > (substring($4::bytea from 1 for 512), $4::bytea))
     AND ($5::bytea IS NULL OR (substring(f.path from 1 for 512) >= substring($5::bytea from 1 for 512)
                               AND substring(f.path from 1 for length($5::bytea)) = $5::bytea))
     AND ($7::bytea IS NULL OR substring(f.path from 1 for 512) < $7::bytea)
   ORDER BY ${order} LIMIT $6`;

const one = `SELECT ${columns} FROM ${from} WHERE ${within} AND sha256(f.path) = sha256($4::bytea)`;

const versions = `
  SELECT ${columns} FROM ${from}
   WHERE f.project_id = $1 AND f.branch_id = $2 AND sha256(f.path) = sha256($4::bytea) AND f.added <= $3
     AND ($5::int4 IS NULL OR f.added < $5)
     AND NOT EXISTS (
       SELECT FROM repository_file o
        WHERE o.project_id = $1 AND o.branch_id = $2 AND sha256(o.path) = sha256($4::bytea)
          AND o.superseded = f.added AND o.oid = f.oid AND o.mode = f.mode)
   ORDER BY f.added DESC LIMIT $6`;

// From one child to the next: a folder of a hundred thousand files is stepped over, not read.
const children = `
  WITH RECURSIVE step AS (
    (SELECT f.id, f.path FROM repository_file f
      WHERE ${within} AND substring(f.path from 1 for 512) >= substring($4::bytea from 1 for 512)
        AND substring(f.path from 1 for length($4::bytea)) = $4::bytea
      ORDER BY ${order} LIMIT 1)
    UNION ALL
    SELECT n.id, n.path FROM step s
      CROSS JOIN LATERAL (SELECT position('\\x2f'::bytea in substring(s.path from length($4::bytea) + 1)) AS slash) p
      CROSS JOIN LATERAL (
        SELECT f.id, f.path FROM repository_file f
         WHERE ${within} AND substring(f.path from 1 for length($4::bytea)) = $4::bytea
           AND CASE WHEN p.slash = 0 THEN (substring(f.path from 1 for 512), f.path) > (substring(s.path from 1 for 512), s.path)
                    ELSE substring(f.path from 1 for 512) >= substring(substring(s.path from 1 for length($4::bytea) + p.slash - 1) || '\\x30'::bytea from 1 for 512)
                         AND f.path > s.path AND substring(f.path from 1 for length($4::bytea) + p.slash) <> substring(s.path from 1 for length($4::bytea) + p.slash)
               END
         ORDER BY ${order} LIMIT 1
      ) n
  )
  SELECT ${columns} FROM step s JOIN ${from} ON f.project_id = $1 AND f.id = s.id`;

/** A page of a snapshot in byte order, from the path after `after` on. One more than asked tells whether there is more. */
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
    prefix === null ? null : successor(prefix.subarray(0, 512)),
  ]);
  return rows.map(fileOf);
}

/** How many files a snapshot has below a prefix. */
export async function countFiles(sql: Sql, key: SnapshotKey, prefix: string | null): Promise<number> {
  const bytes = prefix === null || prefix === '' ? null : pathToBytes(parsePath(prefix));
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) FROM repository_file f WHERE ${within} AND ($4::bytea IS NULL OR substring(f.path from 1 for length($4::bytea)) = $4::bytea)`,
    [key.projectId, key.branchId, key.number, bytes],
  );
  return Number(row?.count ?? 0n);
}

/** One path of a snapshot. */
export async function snapshotFile(sql: Sql, key: SnapshotKey, path: string): Promise<SnapshotFile | null> {
  const [row] = await sql.query<FileRecord>(one, [
    key.projectId,
    key.branchId,
    key.number,
    pathToBytes(parsePath(path)),
  ]);
  return row === undefined ? null : fileOf(row);
}

/** One file by its own id, of whatever snapshot. */
export async function fileById(sql: Sql, projectId: string, id: bigint): Promise<SnapshotFile | null> {
  const [row] = await sql.query<FileRecord>(
    `SELECT ${columns} FROM ${from} JOIN branch h ON h.project_id = f.project_id AND h.id = f.branch_id
      WHERE f.project_id = $1 AND f.id = $2 AND f.added <= h.head`,
    [projectId, id],
  );
  return row === undefined ? null : fileOf(row);
}

/** The versions of a path, newest first, up to a number. */
export async function fileVersions(
  sql: Sql,
  key: SnapshotKey,
  path: string,
  page: { first: number; before: number | null },
): Promise<SnapshotFile[]> {
  const rows = await sql.query<FileRecord>(versions, [
    key.projectId,
    key.branchId,
    key.number,
    pathToBytes(parsePath(path)),
    page.before,
    page.first,
  ]);
  return rows.map(fileOf);
}

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
  const rows = await sql.query<FileRecord>(children, [key.projectId, key.branchId, key.number, prefix]);
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

/** The bytes of a content and how they are read as text. */
export async function blobContents(
  sql: Sql,
  projectId: string,
  oids: readonly string[],
): Promise<Map<string, { content: Uint8Array; encoding: string | null; isBinary: boolean }>> {
  const rows = await sql.query<{
    oid: string;
    content: Uint8Array | null;
    encoding: string | null;
    is_binary: boolean;
  }>('SELECT oid, content, encoding, is_binary FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])', [
    projectId,
    [...oids],
  ]);
  return new Map(
    rows.flatMap((row) =>
      row.content === null
        ? []
        : [[row.oid, { content: row.content, encoding: row.encoding, isBinary: row.is_binary }] as const],
    ),
  );
}

/** One difference that a sync made. */
export interface SyncChange {
  readonly kind: 'ADDED' | 'MODIFIED' | 'REMOVED' | 'RENAMED';
  readonly path: string;
  readonly previousPath: string | null;
  readonly oid: string | null;
  readonly previousOid: string | null;
}

// What was added at n and what was superseded at n are two sides of the same path; a rename carries its old path. A
// row that only the repository's own rules have changed is the same file.
const changes = `
  WITH came AS (
    SELECT path, oid, mode, renamed_from FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND added = $3
  ), went AS (
    SELECT path, oid, mode FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND superseded = $3
  ), told AS (
    SELECT CASE WHEN w.path IS NOT NULL THEN 'MODIFIED' WHEN c.renamed_from IS NOT NULL THEN 'RENAMED' ELSE 'ADDED' END AS kind,
           c.path, c.renamed_from AS previous_path, c.oid,
           coalesce(w.oid, (SELECT r.oid FROM went r WHERE r.path = c.renamed_from)) AS previous_oid
      FROM came c LEFT JOIN went w ON w.path = c.path
     WHERE (w.oid, w.mode) IS DISTINCT FROM (c.oid, c.mode)
    UNION ALL
    SELECT 'REMOVED', w.path, NULL, NULL, w.oid FROM went w
     WHERE NOT EXISTS (SELECT FROM came c WHERE c.path = w.path OR c.renamed_from = w.path)
  )
  SELECT kind, path, previous_path, oid, previous_oid, count(*) OVER () AS total FROM told
   WHERE ($4::text[] IS NULL OR kind = ANY ($4::text[])) AND ($5::bytea IS NULL OR path > $5::bytea)
   ORDER BY path LIMIT $6`;

/** What a sync changed, in byte order of the path. */
export async function syncChanges(
  sql: Sql,
  key: SnapshotKey,
  page: { kinds: readonly string[] | null; after: string | null; first: number },
): Promise<SyncChange[]> {
  const rows = await sql.query<{
    kind: SyncChange['kind'];
    path: Uint8Array;
    previous_path: Uint8Array | null;
    oid: string | null;
    previous_oid: string | null;
  }>(changes, [
    key.projectId,
    key.branchId,
    key.number,
    page.kinds === null ? null : [...page.kinds],
    page.after === null ? null : pathToBytes(parsePath(page.after)),
    page.first,
  ]);
  return rows.map((row) => ({
    kind: row.kind,
    path: showPath(pathFromBytes(row.path)),
    previousPath: row.previous_path === null ? null : showPath(pathFromBytes(row.previous_path)),
    oid: row.oid,
    previousOid: row.previous_oid,
  }));
}

/** The number of a sync's changes of these kinds. */
export async function countChanges(
  sql: Sql,
  key: SnapshotKey,
  kinds: readonly string[] | null,
): Promise<number> {
  const rows = await sql.query<{ total: bigint }>(changes.replace('ORDER BY path', ''), [
    key.projectId,
    key.branchId,
    key.number,
    kinds === null ? null : [...kinds],
    null,
    1,
  ]);
  return Number(rows[0]?.total ?? 0n);
}

function fileOf(row: FileRecord): SnapshotFile {
  const path = pathFromBytes(row.path);
  return {
    id: row.id,
    projectId: row.project_id,
    branchId: row.branch_id,
    path,
    shownPath: showPath(path),
    mode: row.mode,
    oid: row.oid,
    language: row.language,
    ignored: row.ignored,
    added: row.added,
    superseded: row.superseded,
    size: Number(row.size ?? 0n),
    isBinary: row.is_binary ?? false,
    skipReason: row.skip_reason,
    hasText: row.has_text,
  };
}

function kindOf(mode: number): TreeChild['kind'] {
  return mode === MODE.symlink ? 'SYMLINK' : mode === MODE.submodule ? 'SUBMODULE' : 'FILE';
}

/** The first bytes that do not begin with these any more; null where there are none. */
function successor(prefix: Buffer): Buffer | null {
  const end = Buffer.from(prefix);
  for (let at = end.length - 1; at >= 0; at -= 1) {
    const byte = end[at] ?? 0xff;
    if (byte < 0xff) {
      end[at] = byte + 1;
      return end.subarray(0, at + 1);
    }
  }
  return null;
}
