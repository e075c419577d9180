import {
  decodeAs,
  type Habits,
  type FolderRows,
  type ModuleSummary,
  type RulePatterns,
} from '@project-sync/knowledge';
import {
  pathFromBytes,
  parsePath,
  pathToBytes,
  showPath,
  type DocumentStart,
  type DocumentStore,
  type StandingPage,
} from '@project-sync/sync';
import { ofPaths } from '../analysis-store/snapshot-sql.ts';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';
import { folderRows } from './folder-rows.ts';
import { KeptModules } from './kept-modules.ts';
import { pagePatterns } from './page-patterns.ts';
import { publishPages } from './page-rows.ts';
import { ModulesOfSync } from './snapshot-modules.ts';
import { touchedStatement, type DocumentBase } from './touched-paths.ts';

/** Rows of one page. */
const ROWS = 2000;
/** The longest text that a page reads, which a README or a manifest never reaches. */
const LONGEST_TEXT = 1_000_000;

/** $2 branch, $3 number. The branch's own last documented snapshot first, then the newest of the repository. */
const start = `
  SELECT own.documented_at IS NOT NULL AS done, own.analyzed_at IS NOT NULL AS analysed, r.name, base.branch_id, base.number
    FROM project_sync own
    JOIN repository r ON r.project_id = own.project_id AND r.id = own.repository_id
    LEFT JOIN LATERAL (
      SELECT s.branch_id, s.number FROM project_sync s
        JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id AND b.removed_at IS NULL
       WHERE s.project_id = $1 AND s.repository_id = own.repository_id AND s.documented_at IS NOT NULL
         AND (s.branch_id <> $2 OR s.number < $3)
       ORDER BY (s.branch_id = $2) DESC, CASE WHEN s.branch_id = $2 THEN s.number END DESC, s.documented_at DESC
       LIMIT 1) base ON true
   WHERE own.project_id = $1 AND own.branch_id = $2 AND own.number = $3`;

/** $2 branch, $3 number, $4 version of the template */
const plain = `
  SELECT NOT EXISTS (SELECT FROM document d
                      WHERE d.project_id = $1 AND d.branch_id = $2 AND d.kind = 'GENERATED' AND d.added <= $3
                        AND (d.superseded IS NULL OR d.superseded > $3)
                        AND (d.template_version IS DISTINCT FROM $4::int4 OR d.model_key IS NOT NULL)) AS yes`;

const standing = `
  SELECT path, oid, input_hash, template_version, summary, model_key, CASE WHEN model_key IS NULL THEN '{}' ELSE sources END AS sources
    FROM document
   WHERE project_id = $1 AND branch_id = $2 AND kind = 'GENERATED' AND added <= $3`;
const inForce = 'AND (superseded IS NULL OR superseded > $3)';
/** The branch's own pages are in force until this sync replaces them; there is an index of these. $4 paths */
const ownAt = `${standing} AND superseded IS NULL AND path = ANY ($4::text[])`;
const othersAt = `${standing} ${inForce} AND path = ANY ($4::text[])`;

const summaries = `
  SELECT summary FROM document
   WHERE project_id = $1 AND branch_id = $2 AND kind = 'GENERATED' AND added <= $3 ${inForce} AND summary ->> 'path' IS NOT NULL`;

const texts = `
  SELECT t.hex, b.content, b.encoding FROM ${ofPaths('repository_file')}
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid AND f.mode NOT IN (40960, 57344)
     AND b.encoding IS NOT NULL AND b.content IS NOT NULL AND b.size < ${LONGEST_TEXT}`;

interface PageRow extends Record<string, unknown> {
  readonly path: string;
  readonly oid: string;
  readonly input_hash: string;
  readonly template_version: number;
  readonly summary: ModuleSummary | { readonly habits: Habits } | null;
  readonly model_key: string | null;
  readonly sources: string[];
}

function standingPage({ summary, ...row }: PageRow): StandingPage {
  return {
    path: row.path,
    oid: row.oid,
    inputHash: row.input_hash,
    templateVersion: row.template_version,
    summary: summary !== null && 'path' in summary ? summary : null,
    habits: summary !== null && 'habits' in summary ? summary.habits : null,
    modelKey: row.model_key,
    modelSources: row.sources,
  };
}

const hexOf = (path: string): string => pathToBytes(parsePath(path)).toString('hex');

/** The generated pages of one claimed sync's snapshot, stored beside its rows. */
export class StoredDocuments implements DocumentStore {
  readonly #writes: FencedWrites;
  readonly #modules: ModulesOfSync;
  #base: DocumentBase | null = null;

  constructor({ keptModules = new KeptModules(), ...options }: SyncStoreOptions) {
    this.#writes = new FencedWrites(options);
    this.#modules = new ModulesOfSync(keptModules);
  }

  async start(templateVersion: number): Promise<DocumentStart> {
    const [row] = await this.#sql.query<{
      done: boolean;
      analysed: boolean;
      name: string;
      branch_id: string | null;
      number: number | null;
    }>(start, this.#place);
    this.#base =
      row?.branch_id == null || row.number === null
        ? null
        : { branchId: row.branch_id, number: row.number, isOwn: row.branch_id === this.#place[1] };
    this.#modules.startFrom(this.#base);
    return {
      isDone: row?.done === true,
      isAnalysed: row?.analysed === true,
      isOfTemplate: this.#base !== null && (await this.#isPlain(this.#base, templateVersion)),
      repository: row?.name ?? '',
    };
  }

  /** Whether all pages of the base are of this template, and none has a part by a language model. */
  async #isPlain({ branchId, number }: DocumentBase, templateVersion: number): Promise<boolean> {
    if (this.#modules.isPlain) return true;
    const params = [this.#place[0], branchId, number, templateVersion];
    const [row] = await this.#sql.query<{ yes: boolean }>(plain, params);
    this.#modules.isPlain = row?.yes === true;
    return this.#modules.isPlain;
  }

  async standing(paths: readonly string[] | null): Promise<readonly StandingPage[]> {
    if (this.#base === null) return [];
    const from = [this.#place[0], this.#base.branchId, this.#base.number];
    const rows =
      paths === null
        ? await this.#sql.query<PageRow>(`${standing} ${inForce}`, from)
        : await this.#sql.query<PageRow>(this.#base.isOwn ? ownAt : othersAt, [...from, paths]);
    const pages = rows.map(standingPage);
    if (paths === null) this.#modules.haveRead(pages.flatMap(({ summary }) => summary ?? []));
    return pages;
  }

  async summaries(): Promise<ReadonlyMap<string, ModuleSummary>> {
    if (this.#modules.summaries === null && this.#base !== null) {
      const from = [this.#place[0], this.#base.branchId, this.#base.number];
      const rows = await this.#sql.query<{ summary: ModuleSummary }>(summaries, from);
      this.#modules.haveRead(rows.map(({ summary }) => summary));
    }
    return this.#modules.summaries ?? new Map<string, ModuleSummary>();
  }

  async *touched(): AsyncGenerator<readonly string[]> {
    const { text, params } = touchedStatement(this.#place, this.#base, ROWS);
    for (let last = Buffer.alloc(0); ;) {
      const rows = await this.#sql.query<{ path: Uint8Array }>(text, [...params, last]);
      const paths = rows.map(({ path }) => showPath(pathFromBytes(path)));
      this.#modules.touch(paths);
      if (paths.length > 0) yield paths;
      if (rows.length < ROWS) return;
      last = Buffer.from(rows.at(-1)?.path ?? last);
    }
  }

  folders(folders: readonly string[]): Promise<FolderRows> {
    return folderRows(this.#sql, this.#place, folders);
  }

  async texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    // Manifests are looked for in hundreds of folders, and most of these have none.
    const asked = paths.filter((path) => !this.#modules.isFree(path));
    if (asked.length === 0) return new Map();
    const byHex = new Map(asked.map((path) => [hexOf(path), path]));
    const rows = await this.#sql.query<{ hex: string; content: Uint8Array | null; encoding: string }>(texts, [
      ...this.#place,
      [...byHex.keys()],
    ]);
    const found = new Set(rows.map(({ hex }) => hex));
    for (const [hex, path] of byHex) if (!found.has(hex)) this.#modules.noteFree(path);
    return new Map(
      rows.flatMap(({ hex, content, encoding }) =>
        content === null ? [] : [[byHex.get(hex) ?? '', decodeAs(content, encoding)] as const],
      ),
    );
  }

  patterns(rules: readonly string[], most: number): Promise<readonly RulePatterns[]> {
    return pagePatterns(this.#sql, this.#place, { rules, most });
  }

  async publish(pages: Parameters<DocumentStore['publish']>[0]): Promise<void> {
    const { sync } = this.#writes;
    const base = { base: this.#base, standing: this.#modules.pages };
    const all = await this.#writes.write(null, (sql) => publishPages(sql, sync, { ...pages, ...base }));
    this.#modules.keep(sync, { ...pages, pages: all });
  }

  get #sql() {
    return this.#writes.database.system;
  }

  get #place(): [string, string, number] {
    const { projectId, branchId, number } = this.#writes.sync;
    return [projectId, branchId, number];
  }
}
