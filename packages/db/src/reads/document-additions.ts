import { namesInCode } from '@project-sync/knowledge';
import type { Sql } from '../database/database.ts';
import { batchedInProject } from './batched.ts';

/** A generated page, as it stands at one place of its branch's history. */
export interface AddedTo {
  readonly path: string;
  readonly branchId: string;
  readonly repositoryId: string;
  /** The number of the sync that replaced it; null while it is in force. */
  readonly superseded: number | null;
}

/** A document that a user put beside a generated page. */
export interface DocumentAddition {
  readonly id: string;
  /** Names in its code style that the branch had when it was written, and that it has no more. */
  readonly gone: readonly string[];
  readonly writtenAt: Date;
}

const written = `
  SELECT a.place, d.id, d.content, d.created_at FROM unnest($2::text[], $3::uuid[]) WITH ORDINALITY AS a (path, repository_id, place)
    JOIN document d ON d.project_id = $1 AND d.kind = 'WRITTEN' AND d.superseded_at IS NULL AND d.path = a.path AND d.path <> ''
     AND (d.repository_id IS NULL OR d.repository_id = a.repository_id)
   ORDER BY a.place, d.created_at, d.id`;

const alive = (row: string, number: string): string =>
  `${row}.added <= ${number} AND (${row}.superseded IS NULL OR ${row}.superseded > ${number})`;
const exists = (number: string): string => `
  (EXISTS (SELECT FROM repository_file f
            WHERE f.project_id = $1 AND f.branch_id = n.branch_id AND sha256(f.path) = sha256(convert_to(n.name, 'UTF8')) AND ${alive('f', number)})
   OR EXISTS (SELECT FROM code_symbol s JOIN repository_file f ON f.project_id = s.project_id AND f.oid = s.oid AND f.dialect = s.dialect
               WHERE s.project_id = $1 AND s.name = n.last AND (n.name = n.last OR s.qualified_name = n.name)
                 AND f.branch_id = n.branch_id AND ${alive('f', number)}))`;

/** $2 branches, $3 the numbers that replaced the pages, $4 when the additions were written, $5 names, $6 their last parts */
const gone = `
  SELECT n.place FROM (
    SELECT a.*, (SELECT max(s.number) FROM project_sync s
                  WHERE s.project_id = $1 AND s.branch_id = a.branch_id AND s.number IS NOT NULL AND s.finalized_at <= a.written) AS earlier,
           coalesce(a.replaced - 1, (SELECT b.head FROM branch b WHERE b.project_id = $1 AND b.id = a.branch_id)) AS later
      FROM unnest($2::uuid[], $3::int4[], $4::timestamptz[], $5::text[], $6::text[]) WITH ORDINALITY
        AS a (branch_id, replaced, written, name, last, place)) n
   WHERE n.earlier IS NOT NULL AND n.later > n.earlier AND ${exists('n.earlier')} AND NOT ${exists('n.later')}`;

/** The documents that users put beside a generated page, the oldest first. */
export const documentAdditions = batchedInProject(
  async (sql: Sql, projectId: string, pages: readonly AddedTo[]): Promise<DocumentAddition[][]> => {
    const rows = await sql.query<{ place: bigint; id: string; content: string; created_at: Date }>(written, [
      projectId,
      pages.map(({ path }) => path),
      pages.map(({ repositoryId }) => repositoryId),
    ]);
    const found = pages.map((): DocumentAddition[] => []);
    const missing = await goneNames(
      sql,
      projectId,
      rows.map((row) => ({ ...row, page: pages[Number(row.place) - 1] })),
    );
    for (const [index, { place, id, created_at: writtenAt }] of rows.entries())
      found[Number(place) - 1]?.push({ id, gone: missing[index] ?? [], writtenAt });
    return found;
  },
);

interface AdditionRow {
  readonly content: string;
  readonly created_at: Date;
  readonly page: AddedTo | undefined;
}

async function goneNames(sql: Sql, projectId: string, rows: readonly AdditionRow[]): Promise<string[][]> {
  const names = rows.flatMap(({ content, created_at: writtenAt, page }, row) =>
    page === undefined ? [] : namesInCode(content).map((name) => ({ row, name, writtenAt, page })),
  );
  const lost = rows.map((): string[] => []);
  if (names.length === 0) return lost;
  const places = await sql.query<{ place: bigint }>(gone, [
    projectId,
    names.map(({ page }) => page.branchId),
    names.map(({ page }) => page.superseded),
    names.map(({ writtenAt }) => writtenAt),
    names.map(({ name }) => name),
    names.map(({ name }) => name.split(/[.#]|::/).at(-1) ?? name),
  ]);
  for (const { place } of places) {
    const found = names[Number(place) - 1];
    if (found !== undefined) lost[found.row]?.push(found.name);
  }
  return lost;
}
