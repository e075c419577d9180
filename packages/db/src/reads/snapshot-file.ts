import { pathFromBytes, showPath, type GitPath } from '@project-sync/sync';

/** A snapshot: one branch as its sync of this number left it. */
export interface SnapshotKey {
  readonly projectId: string;
  readonly branchId: string;
  readonly number: number;
}

/** One file of a snapshot. */
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
  /** The number of the snapshot through which the file was reached; without it, the newest one that has it. */
  readonly asOf?: number | undefined;
}

/** A file's row. */
export interface FileRecord extends Record<string, unknown> {
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

/** The columns of a `FileRecord`. */
export const columns = `f.id, f.project_id, f.branch_id, f.path, f.mode, f.oid, f.language, f.ignored, f.added, f.superseded,
       b.size, b.is_binary, b.skip_reason, b.encoding IS NOT NULL AND b.content IS NOT NULL AS has_text`;
/** The tables of a `FileRecord`. */
export const from = `repository_file f LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid`;
/** $1 project, $2 branch, $3 number: the condition for a row to be in a snapshot. */
export const within = `f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)`;
/** Byte order of the path. The index holds the first 512 bytes; the rest decides among longer paths only. */
export const order = `substring(f.path from 1 for 512), f.path`;

/** Turns a row into a file. */
export function fileOf(row: FileRecord): SnapshotFile {
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
