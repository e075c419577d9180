import {
  pathFromBytes,
  type BaseSnapshot,
  type FileRow,
  type GitPath,
  type KeptFile,
  type ProgressNote,
} from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { renewStatistics } from '../../database/renew-statistics.ts';
import { sumEntries } from './entry-counts.ts';
import type { FencedWrites } from './fenced-writes.ts';
import { pathHex } from './hex.ts';

/** Rows of one page. */
const ROWS = 5000;

/** $2 from branch, $3 its number, $4 to branch, $5 number, $6 last id */
const copyPage = `
  WITH page AS (
    SELECT * FROM repository_file
     WHERE project_id = $1 AND branch_id = $2 AND id > $6 AND added <= $3 AND (superseded IS NULL OR superseded > $3)
     ORDER BY id LIMIT ${ROWS}
  ), copied AS (
    INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, language, ignored, added)
    SELECT project_id, $4::uuid, path, mode, oid, dialect, language, ignored, $5::int4 FROM page
    RETURNING 1
  )
  SELECT (SELECT max(id) FROM page) AS last, (SELECT count(*) FROM copied) AS count, (${sumEntries('SELECT * FROM page')}) AS entries`;

// Each path is looked up in the index. A join over paths without statistics would hash all of the branch for one path.
const standing = (condition: string) => `
  SELECT f.id FROM (SELECT DISTINCT sha256(decode(p, 'hex')) AS hash FROM unnest($4::text[]) AS p) t
   CROSS JOIN LATERAL (
     SELECT id, added FROM repository_file
      WHERE project_id = $1 AND branch_id = $2 AND superseded IS NULL AND sha256(path) = t.hash LIMIT 1) f
   WHERE ${condition}`;

// The statement that changes rows also counts their entries: a second statement would have to find the rows again.
const counted = (change: string) => `
  WITH changed AS (${change} RETURNING oid, dialect)
  SELECT (${sumEntries('SELECT * FROM changed')}) AS entries`;

/** $2 branch, $3 number, $4 paths as hex */
const supersede = counted(`
  UPDATE repository_file SET superseded = $3
   WHERE project_id = $1 AND id = ANY (ARRAY(${standing('f.added < $3')}))`);
const drop = counted(`
  DELETE FROM repository_file WHERE project_id = $1 AND id = ANY (ARRAY(${standing('f.added = $3')}))`);

/** $2 branch, $3 number, then columns; paths as hex */
const add = counted(`
  INSERT INTO repository_file (project_id, branch_id, added, path, mode, oid, dialect, language, ignored, renamed_from)
  SELECT $1, $2, $3, decode(t.path, 'hex'), t.mode, t.oid, t.dialect, t.language, t.ignored, decode(t.renamed_from, 'hex')
    FROM unnest($4::text[], $5::int4[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
      AS t (path, mode, oid, dialect, language, ignored, renamed_from)`);

/** $2 branch, $3 number, $4 last id: the rows that readers of this number would see if it were finalized now */
const list = `
  SELECT id, path, mode, oid, dialect, language, ignored FROM repository_file
   WHERE project_id = $1 AND branch_id = $2 AND id > $4 AND added <= $3 AND (superseded IS NULL OR superseded > $3)
   ORDER BY id LIMIT ${ROWS}`;

interface ListedRow extends Record<string, unknown>, Omit<KeptFile, 'path'> {
  readonly id: bigint;
  readonly path: Uint8Array;
}

/** The rows of the files of a sync's branch. */
export class FileRows {
  readonly #writes: FencedWrites;

  constructor(writes: FencedWrites) {
    this.#writes = writes;
  }

  async copyBase(base: BaseSnapshot, note: ProgressNote): Promise<{ files: number; entries: number }> {
    const { projectId, branchId, number } = this.#writes.sync;
    const copied = { files: 0, entries: 0 };
    let last = 0n;
    for (;;) {
      const [row] = await this.#writes.write(copied.files === 0 ? note : null, (sql) =>
        sql.query<{ last: bigint | null; count: bigint; entries: bigint }>(copyPage, [
          projectId,
          base.branchId,
          base.number,
          branchId,
          number,
          last,
        ]),
      );
      if (row?.last === null || row === undefined) break;
      last = row.last;
      copied.files += Number(row.count);
      copied.entries += Number(row.entries);
    }
    // The paths that differ from the base are looked up among the copied rows next.
    await renewStatistics(this.#writes.database, copied.files, ['repository_file']);
    return copied;
  }

  save(
    rows: readonly FileRow[],
    ended: readonly GitPath[],
    note: ProgressNote | null,
  ): Promise<{ created: number; superseded: number }> {
    return this.#writes.write(note, async (sql) => {
      const gone = ended.length > 0 ? await this.#end(sql, ended) : { superseded: 0, dropped: 0 };
      const created = rows.length > 0 ? await this.#add(sql, rows) : 0;
      return { created: created - gone.dropped, superseded: gone.superseded };
    });
  }

  async *listing(): AsyncGenerator<readonly KeptFile[]> {
    const { database, sync } = this.#writes;
    let last = 0n;
    for (;;) {
      const rows = await database.system.query<ListedRow>(list, [
        sync.projectId,
        sync.branchId,
        sync.number,
        last,
      ]);
      if (rows.length === 0) return;
      last = rows.at(-1)?.id ?? last;
      yield rows.map(({ id: _id, path, ...file }) => ({ path: pathFromBytes(path), ...file }));
    }
  }

  /** Returns the entries of the superseded rows, and of the deleted ones, which were counted as created before. */
  async #end(sql: Sql, ended: readonly GitPath[]): Promise<{ superseded: number; dropped: number }> {
    const { projectId, branchId, number } = this.#writes.sync;
    const params = [projectId, branchId, number, ended.map(pathHex)];
    const superseded = await entriesOf(sql, supersede, params);
    // A row that this sync copied or added is in no earlier snapshot, so it is deleted.
    return { superseded, dropped: await entriesOf(sql, drop, params) };
  }

  #add(sql: Sql, rows: readonly FileRow[]): Promise<number> {
    const { projectId, branchId, number } = this.#writes.sync;
    return entriesOf(sql, add, [
      projectId,
      branchId,
      number,
      rows.map(({ path }) => pathHex(path)),
      rows.map(({ mode }) => mode),
      rows.map(({ oid }) => oid),
      rows.map(({ dialect }) => dialect),
      rows.map(({ language }) => language),
      rows.map(({ ignored }) => ignored),
      rows.map(({ renamedFrom }) => (renamedFrom === null ? null : pathHex(renamedFrom))),
    ]);
  }
}

async function entriesOf(sql: Sql, statement: string, params: readonly unknown[]): Promise<number> {
  const [row] = await sql.query<{ entries: bigint }>(statement, params);
  return Number(row?.entries ?? 0n);
}
