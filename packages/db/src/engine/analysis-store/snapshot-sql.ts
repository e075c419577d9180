/** A row of `repository_file` in the snapshot $3 of the branch $2. */
export const inSnapshot = (row: string): string =>
  `${row}.project_id = $1 AND ${row}.branch_id = $2 AND ${row}.added <= $3 AND (${row}.superseded IS NULL OR ${row}.superseded > $3)`;

/** A row of `repository_file` or `file_link` in the snapshot $5 of the branch $4. */
export const inPlace = (row: string): string =>
  `${row}.project_id = $1 AND ${row}.branch_id = $4 AND ${row}.added <= $5 AND (${row}.superseded IS NULL OR ${row}.superseded > $5)`;

/** The hash of a path by which its rows are looked up, from the hexadecimal bytes of a parameter. */
export const pathHash = (hex: string): string => `sha256(decode(${hex}, 'hex'))`;
