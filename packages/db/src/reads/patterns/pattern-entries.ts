import { parsePath, pathToBytes } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { batchedInProject } from '../batched.ts';

/** A line of a snapshot. */
export interface SnapshotLine {
  readonly branchId: string;
  readonly number: number;
  readonly path: string;
  readonly line: number;
}

const covering = `
  SELECT a.place, min(m.id) AS id FROM 
    unnest($2::uuid[], $3::int4[], $4::text[], $5::int4[]) WITH ORDINALITY AS a (branch_id, number, hex, line, place)
    JOIN repository_file f ON f.project_id = $1 AND f.branch_id = a.branch_id AND sha256(f.path) = sha256(decode(a.hex, 'hex'))
     AND f.added <= a.number AND (f.superseded IS NULL OR f.superseded > a.number)
    JOIN memory_entry m ON m.project_id = $1 AND m.oid = f.oid AND m.dialect = f.dialect AND a.line BETWEEN m.start_line AND m.end_line
     AND m.superseded_at IS NULL
   GROUP BY a.place`;

/** The memory entry that holds a line of a snapshot, or null. The calls of one tick share a statement. */
export const entryAtLine = batchedInProject(
  async (sql: Sql, projectId: string, lines: readonly SnapshotLine[]): Promise<(bigint | null)[]> => {
    const rows = await sql.query<{ place: bigint; id: bigint }>(covering, [
      projectId,
      lines.map(({ branchId }) => branchId),
      lines.map(({ number }) => number),
      lines.map(({ path }) => pathToBytes(parsePath(path)).toString('hex')),
      lines.map(({ line }) => line),
    ]);
    const found = new Map(rows.map(({ place, id }) => [Number(place) - 1, id]));
    return lines.map((_, index) => found.get(index) ?? null);
  },
);
