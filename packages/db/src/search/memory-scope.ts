import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';

/** The scope of a read: one snapshot of a branch, and the notes and insights that belong to no branch. */
export interface MemoryScope {
  readonly projectId: string;
  /** Null where nothing has been synced yet: notes and insights alone. */
  readonly snapshot: { readonly branchId: string; readonly number: number } | null;
  readonly kinds: readonly string[] | null;
  readonly pathPrefix: string | null;
}

/** One entry at its place: the same content at two paths is two of these. */
export interface PlacedEntry {
  readonly projectId: string;
  readonly id: bigint;
  readonly fileId: bigint | null;
  /** The document it is a part of: one of a user, or a generated page; null for files, notes and insights. */
  readonly documentId: string | null;
  readonly kind: 'CODE' | 'DOC' | 'LETTER' | 'NOTE' | 'INSIGHT';
  readonly title: string;
  readonly content: string;
  readonly path: string | null;
  readonly symbol: string | null;
  readonly language: string | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
  readonly branchId: string | null;
  readonly added: number | null;
  readonly superseded: number | null;
  readonly isActive: boolean;
}

/** The row behind a placed entry. */
export interface EntryRecord extends Record<string, unknown> {
  readonly id: bigint;
  readonly file_id: bigint | null;
  readonly document_id?: string | null;
  readonly kind: PlacedEntry['kind'];
  readonly title: string;
  readonly content: string;
  readonly path: Uint8Array | null;
  readonly symbol: string | null;
  readonly language: string | null;
  readonly start_line: number | null;
  readonly end_line: number | null;
  readonly branch_id: string | null;
  readonly added: number | null;
  readonly superseded: number | null;
  readonly superseded_at: Date | null;
}

/** $1 project, $2 branch, $3 number, $4 kinds, $5 prefix: everything in scope, at its place. */
export const placed = `
  SELECT m.id, m.kind, m.hash, m.title, m.symbol, m.start_line, m.end_line, m.ordinal, m.superseded_at, m.document_id,
         f.id AS file_id, f.path, f.language, f.branch_id, f.added, f.superseded
    FROM repository_file f
    JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect AND m.superseded_at IS NULL
   WHERE f.project_id = $1 AND f.branch_id = $2::uuid AND f.added <= $3::int4 AND (f.superseded IS NULL OR f.superseded > $3::int4)
     AND ($4::text[] IS NULL OR m.kind::text = ANY ($4::text[]))
     AND ($5::bytea IS NULL OR substring(f.path from 1 for length($5::bytea)) = $5::bytea)
  UNION ALL
  SELECT m.id, m.kind, m.hash, m.title, m.symbol, m.start_line, m.end_line, m.ordinal, m.superseded_at, m.document_id,
         NULL::int8, NULL::bytea, NULL::text, NULL::uuid, NULL::int4, NULL::int4
    FROM memory_entry m
   WHERE m.project_id = $1 AND m.oid IS NULL AND m.superseded_at IS NULL AND $5::bytea IS NULL
     AND ($4::text[] IS NULL OR m.kind::text = ANY ($4::text[]))`;

/** The parameters of `placed`. */
export function scopeParameters(scope: MemoryScope): unknown[] {
  const prefix =
    scope.pathPrefix === null || scope.pathPrefix === '' ? null : pathToBytes(parsePath(scope.pathPrefix));
  return [
    scope.projectId,
    scope.snapshot?.branchId ?? null,
    scope.snapshot?.number ?? null,
    scope.kinds === null ? null : [...scope.kinds],
    prefix,
  ];
}

/** Reads a row. */
export function placedEntry(projectId: string, row: EntryRecord): PlacedEntry {
  return {
    projectId,
    id: row.id,
    fileId: row.file_id,
    documentId: row.document_id ?? null,
    kind: row.kind,
    title: row.title,
    content: row.content,
    path: row.path === null ? null : showPath(pathFromBytes(row.path)),
    symbol: row.symbol,
    language: row.language,
    startLine: row.start_line,
    endLine: row.end_line,
    branchId: row.branch_id,
    added: row.added,
    superseded: row.superseded,
    isActive: row.superseded_at === null && row.superseded === null,
  };
}
