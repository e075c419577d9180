import { Buffer } from 'node:buffer';
import {
  isApiPage,
  moduleOf,
  redact,
  TEMPLATE_VERSION,
  type DocumentPage,
  type ModuleSummary,
  type PlannedPage,
} from '@project-sync/knowledge';
import { hashObject } from '../../objects/git-object.ts';
import type { StandingPage, WrittenPage } from '../../ports/document-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import type { SyncRun } from '../../sync-run.ts';

/** Pages are stored in batches of this many characters, so that thousands of them never stand in memory together. */
const BATCH = 500_000;
const SPEAKS_OF_REPOSITORY =
  /(^|\/)(readme(\.[a-z]+)?|package\.json|pyproject\.toml|go\.mod|cargo\.toml|composer\.json|makefile|justfile)$/i;

/** The changes of a sync to the generated pages of its branch. */
export class PageChange {
  /** The summaries of all modules, as they become. */
  readonly summaries = new Map<string, ModuleSummary>();
  readonly written: WrittenPage[] = [];
  readonly gone: string[] = [];
  /** Folders in which something changed. */
  readonly folders = new Set<string>();
  /** Whether the pages about the whole repository may have changed. */
  concernsAll = false;
  readonly #run: SyncRun;
  readonly #standing: ReadonlyMap<string, StandingPage>;
  #unsaved: { readonly path: string; readonly oid: string; readonly bytes: Buffer; readonly text: string }[] =
    [];
  #characters = 0;

  constructor(run: SyncRun, standing: readonly StandingPage[]) {
    this.#run = run;
    this.#standing = new Map(standing.map((page) => [page.path, page]));
    for (const { summary, templateVersion } of standing) {
      if (summary !== null) this.summaries.set(summary.path, summary);
      // Newer templates write every page again.
      if (templateVersion !== TEMPLATE_VERSION && summary !== null) this.folders.add(summary.path);
      if (templateVersion !== TEMPLATE_VERSION) this.concernsAll = true;
    }
    if (standing.length === 0) this.concernsAll = true;
  }

  touch(paths: readonly string[]): void {
    for (const path of paths) {
      this.folders.add(moduleOf(path));
      if (SPEAKS_OF_REPOSITORY.test(path)) this.concernsAll = true;
    }
  }

  get isAny(): boolean {
    return this.concernsAll || this.folders.size > 0;
  }

  /** Whether a page stands whose module has gone. */
  drop(path: string): void {
    if (this.#standing.has(path)) this.gone.push(path);
  }

  /** Writes a page unless it stands already, made from the same inputs by the same template. */
  async *put(planned: PlannedPage, summary: ModuleSummary | null): AsyncGenerator<ProgressNote> {
    const standing = this.#standing.get(planned.path);
    if (standing?.inputHash === planned.inputHash && standing.templateVersion === TEMPLATE_VERSION) return;
    const page = planned.write();
    const oid = this.#keep(page);
    this.written.push({
      path: page.path,
      title: page.title,
      oid,
      // Nothing else that their makers know of these lines: their text may hold a secret.
      citations: page.citations.map(({ path, startLine, endLine }) => ({ path, startLine, endLine })),
      inputHash: planned.inputHash,
      templateVersion: TEMPLATE_VERSION,
      summary,
    });
    if (this.#characters > BATCH) yield* this.save();
  }

  #keep({ path, content }: DocumentPage): string {
    const bytes = Buffer.from(redact(content.toWellFormed().replaceAll('\0', '\uFFFD')).text);
    const oid = hashObject('sha1', 'blob', bytes);
    this.#unsaved.push({ path, oid, bytes, text: bytes.toString('utf8') });
    this.#characters += content.length;
    return oid;
  }

  /** Stores the texts of pages as contents with their passages. They are visible once the pages are published. */
  async *save(): AsyncGenerator<ProgressNote> {
    const texts = this.#unsaved;
    this.#unsaved = [];
    this.#characters = 0;
    if (texts.length === 0) return;
    const { store, options, signal } = this.#run;
    const missing = await store.missing(texts.map(({ oid }) => ({ oid, dialect: 'markdown' })));
    // The definitions in a reference are found where they stand in the code.
    const unread = texts.filter(
      ({ path, oid }) => !isApiPage(path) && missing.analyses.has(`${oid} markdown`),
    );
    const analyses = await Promise.all(
      unread.map(async ({ oid, text }) => ({
        oid,
        dialect: 'markdown',
        // Search lets what people and code say come first.
        entries: (
          (await options.reader.split({ text, dialect: 'markdown', signal, group: store.sync.projectId })) ??
          []
        ).map((entry) => ({
          ...entry,
          generated: true,
        })),
      })),
    );
    const blobs = texts
      .filter(({ oid }) => missing.blobs.has(oid))
      .map(({ oid, bytes }) => ({
        oid,
        size: bytes.length,
        isBinary: false,
        encoding: 'utf-8',
        content: bytes,
        skipReason: null,
      }));
    const note = this.#run.throttledNote('DOCUMENT', 0.5, `${this.written.length} pages written`, {
      done: this.written.length,
    });
    await store.saveContents({ blobs, analyses, overwrite: false }, note);
    if (note !== null) yield note;
  }
}
