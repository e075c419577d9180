/** A row of `repository_file` in the snapshot $3 of the branch $2. */
export const inSnapshot = (row: string): string =>
  `${row}.project_id = $1 AND ${row}.branch_id = $2 AND ${row}.added <= $3 AND (${row}.superseded IS NULL OR ${row}.superseded > $3)`;

/** A row of `repository_file` or `file_link` in the snapshot $5 of the branch $4. */
export const inPlace = (row: string): string =>
  `${row}.project_id = $1 AND ${row}.branch_id = $4 AND ${row}.added <= $5 AND (${row}.superseded IS NULL OR ${row}.superseded > $5)`;

/** The hash of a path by which its rows are looked up, from the hexadecimal bytes of a parameter. */
const pathHash = (hex: string): string => `sha256(decode(${hex}, 'hex'))`;

/**
 * The rows `f` of the paths in $4 (hexadecimal, `t.hex`). OFFSET keeps it a look-up by the index of path hashes for each path:
 * a join of more tables may begin with another one and read the branch for each of its rows.
 */
export const ofPaths = (table: 'repository_file' | 'file_link'): string => `
  unnest($4::text[]) AS t (hex)
    CROSS JOIN LATERAL (SELECT f.* FROM ${table} f WHERE sha256(f.path) = ${pathHash('t.hex')} AND ${inSnapshot('f')} OFFSET 0) f`;

/**
 * The rows that only one of two listings has: the snapshot $3 of the branch $2, and the snapshot $5 of the branch $4. They are
 * compared as sets, each table by itself: joined by path, branches without statistics are a loop within a loop.
 */
export function differing(table: 'repository_file' | 'file_link', columns: readonly string[]): string {
  const selected = (row: string) => columns.map((column) => `${row}.${column}`).join(', ');
  const here = `SELECT ${selected('f')} FROM ${table} f WHERE ${inSnapshot('f')}`;
  const there = `SELECT ${selected('o')} FROM ${table} o WHERE ${inPlace('o')}`;
  return `(${here} EXCEPT ${there}) UNION ALL (${there} EXCEPT ${here})`;
}
