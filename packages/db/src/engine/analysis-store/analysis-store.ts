import { decodeAs, type FileFacts, type FileSurface } from '@project-sync/knowledge';
import {
  pathFromBytes,
  showPath,
  type AnalysisStore,
  type ChangedFile,
  type ContentKey,
} from '@project-sync/sync';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';
import { readFactsOf, writeFacts } from './facts-rows.ts';
import { dependentFiles, publishLinks, saveLinkSets } from './link-rows.ts';
import { inSnapshot } from './snapshot-sql.ts';
import { answersOf } from './world-answers.ts';

/** Rows of one page. */
const ROWS = 500;

/** $2 branch, $3 number, $4 version, $5 the number of the last analysed snapshot, $6 last id */
const unread = `
  SELECT f.id, f.oid, f.dialect FROM repository_file f
   WHERE ${inSnapshot('f')} AND f.id > $6 AND f.mode <> 57344 AND f.mode <> 40960 AND f.dialect <> 'none'
     AND ($5::int4 = 0 OR f.added > $5)
     AND NOT EXISTS (SELECT FROM content_facts c
                      WHERE c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect AND c.version = $4)
   ORDER BY f.id LIMIT ${ROWS}`;

const texts = `
  SELECT oid, content, encoding FROM blob
   WHERE project_id = $1 AND oid = ANY ($2::text[]) AND NOT is_binary AND content IS NOT NULL AND encoding IS NOT NULL`;

const lastAnalysed = `
  SELECT coalesce(max(number), 0) AS number FROM project_sync
   WHERE project_id = $1 AND branch_id = $2 AND number < $3 AND analyzed_at IS NOT NULL`;

// The first time every file of the snapshot is new. Later only rows that came or went since the last analysed snapshot
// are read, so the cost follows the change and not the size of the branch.
const firstFiles = `
  SELECT f.id, f.path, f.oid, f.dialect, NULL AS old_oid, NULL AS old_dialect FROM repository_file f
   WHERE ${inSnapshot('f')} AND f.id > $5 AND $4::int4 = 0
   ORDER BY f.id LIMIT ${ROWS}`;
const changedFiles = `
  SELECT f.id, f.path, f.oid, f.dialect, l.oid AS old_oid, l.dialect AS old_dialect FROM repository_file f
    LEFT JOIN file_link l ON l.project_id = $1 AND l.branch_id = $2 AND sha256(l.path) = sha256(f.path) AND l.superseded IS NULL
   WHERE ${inSnapshot('f')} AND f.added > $4 AND f.id > $5
     AND (l.oid IS DISTINCT FROM f.oid OR l.dialect IS DISTINCT FROM f.dialect)
   ORDER BY f.id LIMIT ${ROWS}`;
const goneFiles = `
  SELECT f.id, f.path, NULL AS oid, NULL AS dialect, l.oid AS old_oid, l.dialect AS old_dialect FROM repository_file f
    JOIN file_link l ON l.project_id = $1 AND l.branch_id = $2 AND sha256(l.path) = sha256(f.path) AND l.superseded IS NULL
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.superseded > $4 AND f.superseded <= $3 AND f.added <= $4 AND f.id > $5
     AND NOT EXISTS (SELECT FROM repository_file n WHERE sha256(n.path) = sha256(f.path) AND ${inSnapshot('n')})
   ORDER BY f.id LIMIT ${ROWS}`;

const finished = `
  UPDATE project_sync SET analyzed_at = now(), knowledge_changes = $3::jsonb WHERE project_id = $1 AND id = $2`;

interface ChangeRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly path: Uint8Array;
  readonly oid: string | null;
  readonly dialect: string | null;
  readonly old_oid: string | null;
  readonly old_dialect: string | null;
}

/** The analysis of one claimed sync's snapshot, stored beside its rows. */
export class StoredAnalysis implements AnalysisStore {
  readonly #writes: FencedWrites;
  #base: Promise<number> | null = null;

  constructor(options: SyncStoreOptions) {
    this.#writes = new FencedWrites(options);
  }

  async *unread(version: number): AsyncGenerator<readonly ContentKey[]> {
    const base = await this.#lastAnalysed();
    for await (const rows of this.#pages<ContentKey & { id: bigint } & Record<string, unknown>>((last) => [
      unread,
      [...this.#place, version, base, last],
    ])) {
      const distinct = new Map(rows.map(({ oid, dialect }) => [`${oid} ${dialect}`, { oid, dialect }]));
      yield [...distinct.values()];
    }
  }

  async texts(oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#sql.query<{ oid: string; content: Uint8Array; encoding: string }>(texts, [
      this.#projectId,
      oids,
    ]);
    return new Map(rows.map(({ oid, content, encoding }) => [oid, decodeAs(content, encoding)]));
  }

  async saveFacts(...[contents, version, note]: Parameters<AnalysisStore['saveFacts']>): Promise<void> {
    await this.#writes.write(note, (sql) => writeFacts(sql, this.#projectId, { contents, version }));
  }

  async *changes(): AsyncGenerator<readonly ChangedFile[]> {
    const base = await this.#lastAnalysed();
    for (const statement of base === 0 ? [firstFiles] : [changedFiles, goneFiles])
      for await (const rows of this.#pages<ChangeRow>((last) => [statement, [...this.#place, base, last]]))
        yield rows.map((row) => ({
          path: showPath(pathFromBytes(row.path)),
          now: keyOf(row.oid, row.dialect),
          before: keyOf(row.old_oid, row.old_dialect),
        }));
  }

  async facts(contents: readonly ContentKey[]): Promise<ReadonlyMap<string, FileFacts>> {
    const found = await readFactsOf(this.#sql, this.#projectId, contents);
    return new Map([...found].map(([key, { facts }]) => [key, facts]));
  }

  async surfaces(contents: readonly ContentKey[]): Promise<ReadonlyMap<string, FileSurface>> {
    const found = await readFactsOf(this.#sql, this.#projectId, contents);
    return new Map([...found].map(([key, { surface }]) => [key, surface]));
  }

  load(wanted: Parameters<AnalysisStore['load']>[0]): ReturnType<AnalysisStore['load']> {
    const { projectId, branchId, number } = this.#writes.sync;
    return answersOf({ sql: this.#sql, projectId, branchId, number }, wanted);
  }

  dependents(keys: readonly string[]): ReturnType<AnalysisStore['dependents']> {
    return dependentFiles(this.#sql, this.#writes.sync, keys);
  }

  saveLinks(files: Parameters<AnalysisStore['saveLinks']>[0]): ReturnType<AnalysisStore['saveLinks']> {
    return this.#writes.write(null, (sql) => saveLinkSets(sql, this.#projectId, files));
  }

  async publish({ linked, gone, changes }: Parameters<AnalysisStore['publish']>[0]): Promise<void> {
    const { sync } = this.#writes;
    await this.#writes.write(null, async (sql) => {
      await publishLinks(sql, sync, { linked, gone });
      await sql.execute(finished, [sync.projectId, sync.id, JSON.stringify(changes)]);
    });
  }

  get #sql() {
    return this.#writes.database.system;
  }

  get #projectId(): string {
    return this.#writes.sync.projectId;
  }

  get #place(): [string, string, number] {
    const { projectId, branchId, number } = this.#writes.sync;
    return [projectId, branchId, number];
  }

  #lastAnalysed(): Promise<number> {
    return (this.#base ??= this.#sql
      .query<{ number: number }>(lastAnalysed, this.#place)
      .then(([row]) => row?.number ?? 0));
  }

  async *#pages<R extends { readonly id: bigint } & Record<string, unknown>>(
    statement: (last: bigint) => [text: string, params: unknown[]],
  ): AsyncGenerator<R[]> {
    for (let last = 0n; ;) {
      const rows = await this.#sql.query<R>(...statement(last));
      if (rows.length > 0) yield rows;
      if (rows.length < ROWS) return;
      last = rows.at(-1)?.id ?? last;
    }
  }
}

const keyOf = (oid: string | null, dialect: string | null): ContentKey | null =>
  oid === null || dialect === null ? null : { oid, dialect };
