import { parsePath, pathToBytes } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { batchedInProject } from '../batched.ts';
import { columns, fileOf, type FileRecord, type SnapshotFile } from '../snapshot-file.ts';

const byPath = `
  SELECT a.place, ${columns}
    FROM unnest($2::uuid[], $3::int4[], $4::text[]) WITH ORDINALITY AS a (branch_id, number, hex, place)
    JOIN repository_file f ON f.project_id = $1 AND f.branch_id = a.branch_id AND sha256(f.path) = sha256(decode(a.hex, 'hex'))
     AND f.added <= a.number AND (f.superseded IS NULL OR f.superseded > a.number)
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid`;

/** The file at a path of a snapshot, or null. The calls of one tick share a statement. */
export const findFileAt = batchedInProject(
  async (
    sql: Sql,
    projectId: string,
    places: readonly { readonly branchId: string; readonly number: number; readonly path: string }[],
  ): Promise<(SnapshotFile | null)[]> => {
    const rows = await sql.query<FileRecord & { place: bigint }>(byPath, [
      projectId,
      places.map(({ branchId }) => branchId),
      places.map(({ number }) => number),
      places.map(({ path }) => pathToBytes(parsePath(path)).toString('hex')),
    ]);
    const found = places.map((): SnapshotFile | null => null);
    for (const row of rows) {
      const at = Number(row.place) - 1;
      found[at] = { ...fileOf(row), asOf: places[at]?.number };
    }
    return found;
  },
);
