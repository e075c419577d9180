import { pathFromBytes, type TouchedContent, type TouchedFile, type TouchedRows } from '@project-sync/sync';
import type { FencedWrites } from './fenced-writes.ts';

/** Rows of one page. */
const ROWS = 2000;

// A row of the branch in the snapshot before this one.
const inPrevious = (row: string) =>
  `${row}.project_id = $1 AND ${row}.branch_id = $2 AND ${row}.added < $3 AND (${row}.superseded IS NULL OR ${row}.superseded >= $3)`;

/** $2 branch, $3 number, $4 last id: one row for each new pair of content and dialect, at the first row that has it */
const newContents = `
  SELECT f.id, f.oid, f.dialect, f.path FROM repository_file f
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added = $3 AND f.id > $4
     AND NOT EXISTS (SELECT FROM repository_file b
                      WHERE b.oid = f.oid AND b.dialect = f.dialect
                        AND (${inPrevious('b')}
                             OR b.project_id = $1 AND b.branch_id = $2 AND b.added = $3 AND b.id < f.id))
   ORDER BY f.id LIMIT ${ROWS}`;

/** The same parameters: files that were added or changed */
const addedFiles = `
  SELECT f.id, f.path, f.oid, f.dialect, b.oid AS previous_oid FROM repository_file f
    LEFT JOIN LATERAL (
      SELECT oid FROM repository_file b
       WHERE sha256(b.path) = sha256(f.path) AND ${inPrevious('b')} LIMIT 1) b ON true
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added = $3 AND f.id > $4
   ORDER BY f.id LIMIT ${ROWS}`;

/** The same parameters: files that were removed */
const removedFiles = `
  SELECT f.id, f.path, NULL AS oid, NULL AS dialect, f.oid AS previous_oid FROM repository_file f
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.superseded = $3 AND f.id > $4
     AND NOT EXISTS (SELECT FROM repository_file a
                      WHERE a.project_id = $1 AND a.branch_id = $2 AND sha256(a.path) = sha256(f.path) AND a.added = $3)
   ORDER BY f.id LIMIT ${ROWS}`;

interface ContentRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly oid: string;
  readonly dialect: string;
  readonly path: Uint8Array;
}

interface FileChangeRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly path: Uint8Array;
  readonly oid: string | null;
  readonly dialect: string | null;
  readonly previous_oid: string | null;
}

/** Reads the changes of a sync from the rows it added and superseded, so restores and resumed syncs have them too. */
export function touchedRows({ database, sync }: FencedWrites): TouchedRows {
  async function* pages<R extends { readonly id: bigint } & Record<string, unknown>>(
    statement: string,
  ): AsyncGenerator<R[]> {
    for (let last = 0n; ;) {
      const rows = await database.system.query<R>(statement, [
        sync.projectId,
        sync.branchId,
        sync.number,
        last,
      ]);
      if (rows.length > 0) yield rows;
      if (rows.length < ROWS) return;
      last = rows.at(-1)?.id ?? last;
    }
  }
  return {
    async *contents(): AsyncGenerator<TouchedContent[]> {
      for await (const rows of pages<ContentRow>(newContents))
        yield rows.map(({ oid, dialect, path }) => ({ oid, dialect, path: pathFromBytes(path) }));
    },
    async *files(): AsyncGenerator<TouchedFile[]> {
      for (const statement of [addedFiles, removedFiles])
        for await (const rows of pages<FileChangeRow>(statement))
          yield rows.map(({ path, oid, dialect, previous_oid: previousOid }) => ({
            path: pathFromBytes(path),
            oid,
            dialect,
            previousOid,
          }));
    },
  };
}
