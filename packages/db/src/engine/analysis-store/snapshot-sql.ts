/** A row of `repository_file` in the snapshot $3 of the branch $2. */
export const inSnapshot = (row: string): string =>
  `${row}.project_id = $1 AND ${row}.branch_id = $2 AND ${row}.added <= $3 AND (${row}.superseded IS NULL OR ${row}.superseded > $3)`;

/** A row of `repository_file` or `file_link` in the snapshot $5 of the branch $4. */
export const inPlace = (row: string): string =>
  `${row}.project_id = $1 AND ${row}.branch_id = $4 AND ${row}.added <= $5 AND (${row}.superseded IS NULL OR ${row}.superseded > $5)`;

/**
 * The rows `f` of the paths in $4 (hexadecimal, `t.hex`). OFFSET keeps it a look-up by the index of path hashes for each path:
 * a join of more tables may begin with another one and read the branch for each of its rows. The paths themselves are compared
 * first: of a small table the planner reads every row for each path, and to hash them all takes twenty times as long.
 */
export const ofPaths = (table: 'repository_file' | 'file_link'): string => `
  (SELECT hex, decode(hex, 'hex') AS path, sha256(decode(hex, 'hex')) AS hash FROM unnest($4::text[]) AS u (hex) OFFSET 0) AS t
    CROSS JOIN LATERAL (
      SELECT f.* FROM ${table} f WHERE f.path = t.path AND sha256(f.path) = t.hash AND ${inSnapshot('f')} OFFSET 0) f`;

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

/**
 * Whether the snapshot of the sync `own` and that of the sync `base` of another branch list the same files: they have one tree, and the
 * same version of the rules for paths. Only the head of a branch has the version that the branch names.
 */
export const sameFiles = `coalesce(own.tree_oid = base.tree_oid AND base.is_head AND base.rules_version >= 0 AND base.rules_version = (
         SELECT b.rules_version FROM branch b WHERE b.project_id = own.project_id AND b.id = own.branch_id), false)`;
/** The columns of `base` that it reads, of a sync `s` and its branch `b`. */
export const sameFilesColumns = 's.tree_oid, s.number = b.head AS is_head, b.rules_version';
