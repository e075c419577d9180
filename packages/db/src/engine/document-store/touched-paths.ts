import { differing, inSnapshot } from '../analysis-store/snapshot-sql.ts';

/** The documented snapshot whose pages are carried over: the branch's own, or one of the same repository. */
export interface DocumentBase {
  readonly branchId: string;
  readonly number: number;
  readonly isOwn: boolean;
}

// Without a base every file is new. $4 last path
const all = `SELECT f.path FROM repository_file f WHERE ${inSnapshot('f')}`;

// On the same branch only rows with a newer mark are read, so the cost follows the change. $4 base number
const marked = (table: string, mark: string): string =>
  `SELECT path FROM ${table} WHERE project_id = $1 AND branch_id = $2 AND ${mark} > $4 AND ${mark} <= $3`;
const own = ['repository_file', 'file_link']
  .flatMap((table) => ['added', 'superseded'].map((mark) => marked(table, mark)))
  .join(' UNION ');

// Against another branch the listings are compared. $4 base branch, $5 base number
const others = `
  SELECT path FROM (${differing('repository_file', ['path', 'oid', 'dialect'])}) files
  UNION SELECT path FROM (${differing('file_link', ['path', 'link_set_id'])}) links`;

/** The statement that reads the touched paths in pages, with its parameters before the last path. */
export function touchedStatement(
  place: readonly [projectId: string, branchId: string, number: number],
  base: DocumentBase | null,
  rows: number,
): { readonly text: string; readonly params: readonly unknown[] } {
  const page = (paths: string, last: number) =>
    `SELECT DISTINCT path FROM (${paths}) t WHERE path > $${last}::bytea ORDER BY path LIMIT ${rows}`;
  if (base === null) return { text: page(all, 4), params: place };
  return base.isOwn
    ? { text: page(own, 5), params: [...place, base.number] }
    : { text: page(others, 6), params: [...place, base.branchId, base.number] };
}
