import { decodeAs, type FileFacts, type FileSurface } from '@project-sync/knowledge';
import type { AnalysisStart, AnalysisStore, ChangedFile, ContentKey } from '@project-sync/sync';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';
import { plannedOnce } from '../../database/planned-once.ts';
import { renewStatistics } from '../../database/renew-statistics.ts';
import {
  changedFileOf,
  changeStatements,
  startOf,
  unreadSince,
  type AnalysisBase,
  type ChangeRow,
} from './analysis-base.ts';
import { readFactsOf, readSurfacesOf, writeFacts } from './facts-rows.ts';
import { dependentFiles, publishLinks, saveLinkSets } from './link-rows.ts';
import { answersOf } from './world-answers.ts';

/** Rows of one page. */
const ROWS = 500;
/** Contents of one page: to write the facts of more would keep all others from an embedded database for half a second. */
const CONTENTS = 100;

/**
 * $2 branch, $3 number, $4 the number of the branch's own analysed snapshot or 0, $5 version, $6 last id. OFFSET keeps the
 * look-up of facts one by the key for each file; as a join it is planned by statistics that new facts do not have.
 */
const unread = `
  SELECT f.id, f.oid, f.dialect FROM ${unreadSince('$4')} AND f.id > $6 ORDER BY f.id LIMIT ${CONTENTS}`;

const texts = `
  SELECT oid, content, encoding FROM blob
   WHERE project_id = $1 AND oid = ANY ($2::text[]) AND NOT is_binary AND content IS NOT NULL AND encoding IS NOT NULL AND size <= $3`;

/** The tables that an analysis writes. */
const ofAnalysis = ['file_link', 'link_set', 'content_facts', 'code_symbol'] as const;

/** $5 what changed, $6 version */
const finished = 'analyzed_at = now(), knowledge_changes = $5::jsonb, analysis_version = $6';

/** The analysis of one claimed sync's snapshot, stored beside its rows. */
export class StoredAnalysis implements AnalysisStore {
  readonly #writes: FencedWrites;
  #base: AnalysisBase | null = null;
  #version = 0;
  #isUnread = true;

  constructor(options: SyncStoreOptions) {
    this.#writes = new FencedWrites(options);
  }

  async start(version: number, ofFacts: number): Promise<AnalysisStart> {
    const { base, isUnread, ...found } = await startOf(this.#once, this.#place, [version, ofFacts]);
    this.#base = base;
    this.#version = version;
    this.#isUnread = isUnread;
    return found;
  }

  async *unread(version: number): AsyncGenerator<readonly ContentKey[]> {
    if (!this.#isUnread) return;
    const from = this.#base?.isOwn === true ? this.#base.number : 0;
    const params = [...this.#place, from, version];
    for await (const rows of this.#pages<ContentKey & { id: bigint } & Record<string, unknown>>({
      text: unread,
      params,
      size: CONTENTS,
    })) {
      const distinct = new Map(rows.map(({ oid, dialect }) => [`${oid} ${dialect}`, { oid, dialect }]));
      yield [...distinct.values()];
    }
  }

  async texts(
    oids: readonly string[],
    mostBytes = Number.MAX_SAFE_INTEGER,
  ): Promise<ReadonlyMap<string, string>> {
    if (oids.length === 0) return new Map();
    const rows = await this.#once.query<{ oid: string; content: Uint8Array; encoding: string }>(texts, [
      this.#projectId,
      oids,
      mostBytes,
    ]);
    return new Map(rows.map(({ oid, content, encoding }) => [oid, decodeAs(content, encoding)]));
  }

  async saveFacts(...[contents, version, note]: Parameters<AnalysisStore['saveFacts']>): Promise<void> {
    await this.#writes.write(note, (sql) =>
      writeFacts(plannedOnce(sql), this.#projectId, { contents, version }),
    );
  }

  async *changes(): AsyncGenerator<readonly ChangedFile[]> {
    for (const statement of changeStatements(this.#place, this.#base, ROWS))
      for await (const rows of this.#pages<ChangeRow>({ ...statement, size: ROWS }))
        yield rows.map(changedFileOf);
  }

  facts(contents: readonly ContentKey[]): Promise<ReadonlyMap<string, FileFacts>> {
    return readFactsOf(this.#once, this.#projectId, contents);
  }

  surfaces(contents: readonly ContentKey[]): Promise<ReadonlyMap<string, FileSurface>> {
    return readSurfacesOf(this.#once, this.#projectId, contents);
  }

  load(wanted: Parameters<AnalysisStore['load']>[0]): ReturnType<AnalysisStore['load']> {
    const { projectId, branchId, number } = this.#writes.sync;
    return answersOf({ sql: this.#once, projectId, branchId, number }, wanted);
  }

  async dependents(keys: readonly string[]): ReturnType<AnalysisStore['dependents']> {
    return this.#base === null ? [] : dependentFiles(this.#once, this.#projectId, { base: this.#base, keys });
  }

  saveLinks(files: Parameters<AnalysisStore['saveLinks']>[0]): ReturnType<AnalysisStore['saveLinks']> {
    return this.#writes.write(null, (sql) => saveLinkSets(plannedOnce(sql), this.#projectId, files));
  }

  async publish({ linked, last, gone, changes }: Parameters<AnalysisStore['publish']>[0]): Promise<void> {
    const { sync } = this.#writes;
    let rows = 0;
    const columns = { set: finished, params: [JSON.stringify(changes), this.#version] };
    await this.#writes.end(columns, async (transaction) => {
      const sql = this.#base?.isOwn === true ? plannedOnce(transaction) : transaction;
      const saved = await saveLinkSets(plannedOnce(transaction), sync.projectId, last);
      rows = await publishLinks(sql, sync, { base: this.#base, linked: [...linked, ...saved], gone });
    });
    // The rules for patterns look the links of each file up next.
    const isCopy = this.#base !== null && linked.length + last.length === 0;
    await renewStatistics(this.#writes.database, rows, isCopy ? ['file_link'] : ofAnalysis);
  }

  get #sql() {
    return this.#writes.database.system;
  }

  /** For statements that look each of a few things up by an index. */
  get #once() {
    return plannedOnce(this.#sql);
  }

  get #projectId(): string {
    return this.#writes.sync.projectId;
  }

  get #place(): [string, string, number] {
    const { projectId, branchId, number } = this.#writes.sync;
    return [projectId, branchId, number];
  }

  /**
   * Reads a statement in pages by the id of the last row, which is its last parameter. A branch's own changes are found by the
   * marks of its rows; whole listings are planned for what they hold.
   */
  async *#pages<R extends { readonly id: bigint } & Record<string, unknown>>(statement: {
    readonly text: string;
    readonly params: readonly unknown[];
    readonly size: number;
  }): AsyncGenerator<R[]> {
    const sql = this.#base?.isOwn === true ? this.#once : this.#sql;
    for (let last = 0n; ;) {
      const rows = await sql.query<R>(statement.text, [...statement.params, last]);
      if (rows.length > 0) yield rows;
      if (rows.length < statement.size) return;
      last = rows.at(-1)?.id ?? last;
    }
  }
}
