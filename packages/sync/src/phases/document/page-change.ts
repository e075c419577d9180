import { Buffer } from 'node:buffer';
import {
  canonicalJson,
  isApiPage,
  moduleOf,
  modulePage,
  redact,
  TEMPLATE_VERSION,
  withModelPart,
  type DocumentPage,
  type Habits,
  type ModelStatement,
  type ModuleSummary,
  type PlannedPage,
} from '@project-sync/knowledge';
import { hashObject } from '../../objects/git-object.ts';
import type { DocumentStore, StandingPage, WrittenPage } from '../../ports/document-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import type { SyncRun } from '../../sync-run.ts';
import type { PageAuthor } from './page-author.ts';
import type { StandingPages } from './standing-pages.ts';

/** Pages are stored in batches of this many characters, so that thousands of them never stand in memory together. */
const BATCH = 500_000;
const SPEAKS_OF_REPOSITORY =
  /(^|\/)(readme(\.[a-z]+)?|package\.json|pyproject\.toml|go\.mod|cargo\.toml|composer\.json|pom\.xml|makefile|justfile|rakefile|tox\.ini)$|^\.github\/workflows\/[^/]+\.ya?ml$/i;

interface ModelPart {
  readonly key: string;
  readonly model: string;
  readonly statements: readonly ModelStatement[];
}

/** Facts that are stored with a page for the pages of later syncs. */
export interface StoredWith {
  readonly summary: ModuleSummary | null;
  readonly habits: Habits | null;
}
export const nothingStored: StoredWith = { summary: null, habits: null };

/** The changes of a sync to the generated pages of its branch. */
export class PageChange {
  readonly standing: StandingPages;
  readonly written: WrittenPage[] = [];
  readonly gone: string[] = [];
  /** Folders in which something changed. */
  readonly folders = new Set<string>();
  /** Whether the pages about the whole repository may have changed. */
  concernsAll = false;
  readonly #run: SyncRun;
  readonly #store: DocumentStore;
  /** The language model, where there is one. */
  readonly #author: PageAuthor | null;
  /** The pages with a part by a model, by the files that it quotes. */
  readonly #quoting = new Map<string, StandingPage[]>();
  /** The summaries of the modules that changed; null of those that have gone. */
  readonly #changed = new Map<string, ModuleSummary | null>();
  #summaries: Map<string, ModuleSummary> | null = null;
  #looksThrough = false;
  /** Pages whose quotes may stand elsewhere now. */
  readonly #outdated = new Set<string>();
  #unsaved: { readonly path: string; readonly oid: string; readonly bytes: Buffer; readonly text: string }[] =
    [];
  #characters = 0;

  constructor(
    run: SyncRun,
    parts: {
      readonly store: DocumentStore;
      readonly standing: StandingPages;
      readonly author: PageAuthor | null;
    },
  ) {
    this.#run = run;
    this.#store = parts.store;
    this.standing = parts.standing;
    this.#author = parts.author;
  }

  /** Finds among all pages those that are to be written though no file of theirs was touched. */
  lookThrough(pages: readonly StandingPage[]): void {
    const author = this.#author;
    this.#looksThrough = true;
    for (const page of pages) {
      const { summary, templateVersion, path, modelKey } = page;
      // Newer templates write every page again.
      if (templateVersion !== TEMPLATE_VERSION && summary !== null) this.folders.add(summary.path);
      if (templateVersion !== TEMPLATE_VERSION) this.concernsAll = true;
      // A page that was asked for since, or that an earlier sync could not have written, is made up for.
      if (modelKey === null && author?.wants(path) === true) this.#lookAt(page);
      if (modelKey !== null && author?.wants(path) === false) this.#lookAt(page);
      for (const source of page.modelSources)
        this.#quoting.set(source, [...(this.#quoting.get(source) ?? []), page]);
    }
    if (pages.length === 0) this.concernsAll = true;
  }

  #lookAt({ path, summary }: StandingPage): void {
    this.#outdated.add(path);
    if (summary === null) this.concernsAll = true;
    else this.folders.add(summary.path);
  }

  touch(paths: readonly string[]): void {
    for (const path of paths) {
      this.folders.add(moduleOf(path));
      if (SPEAKS_OF_REPOSITORY.test(path)) this.concernsAll = true;
      for (const page of this.#quoting.get(path) ?? []) this.#lookAt(page);
    }
  }

  get isAny(): boolean {
    return this.concernsAll || this.folders.size > 0;
  }

  /** Removes a page whose module has gone. */
  drop(path: string): void {
    if (this.standing.get(path) !== null) this.gone.push(path);
  }

  /** Takes the new summary of a module whose page was read, and returns the old one. Null is a module that is not there. */
  become(folder: string, now: ModuleSummary | null): ModuleSummary | null {
    const before = this.standing.get(modulePage(folder))?.summary ?? null;
    if (canonicalJson(before) !== canonicalJson(now)) {
      this.#changed.set(folder, now);
      this.concernsAll = true;
    }
    return before;
  }

  /** The summaries of all modules, as they become. Asked for once no more of them change. */
  async modules(): Promise<ReadonlyMap<string, ModuleSummary>> {
    if (this.#summaries === null) {
      this.#summaries = new Map(await this.#store.summaries());
      for (const [folder, summary] of this.#changed)
        if (summary === null) this.#summaries.delete(folder);
        else this.#summaries.set(folder, summary);
    }
    return this.#summaries;
  }

  /** Whether the page of a module stands with the same half of its hash, and nothing else asks for another text. */
  stands(path: string, ownHash: string): boolean {
    return !this.#looksThrough && this.standing.get(path)?.inputHash.startsWith(ownHash) === true;
  }

  /** Writes a page unless it stands already, made from the same inputs by the same template. */
  async *put(planned: PlannedPage, stored: StoredWith): AsyncGenerator<ProgressNote> {
    const standing = this.standing.get(planned.path);
    const isSame = standing?.inputHash === planned.inputHash && standing.templateVersion === TEMPLATE_VERSION;
    const isWanted = this.#author?.wants(planned.path) === true;
    if (isSame && !isWanted && !this.#outdated.has(planned.path)) return;
    const generated = withoutSecrets(planned.write());
    const part = isWanted ? yield* this.#partOf(generated) : null;
    const modelKey = part?.key ?? null;
    if (isSame && modelKey === standing.modelKey) return;
    const page = part === null ? generated : withModelPart(generated, part);
    this.written.push({
      path: page.path,
      title: page.title,
      oid: this.#keep(page),
      citations: page.citations,
      inputHash: planned.inputHash,
      templateVersion: TEMPLATE_VERSION,
      ...stored,
      modelKey,
      isModelWritten: part !== null && part.statements.length > 0,
    });
    if (this.#characters > BATCH) yield* this.save();
  }

  /** The part of the language model; null where it gives none. */
  async *#partOf(page: DocumentPage): AsyncGenerator<ProgressNote, ModelPart | null> {
    if (this.#author === null) return null;
    const question = await this.#author.question(page);
    yield* this.#run.reportThrottled('DOCUMENT', 0.5, `Asking the language model about ${page.path}`);
    const statements = await this.#author.answer(question);
    return statements === null ? null : { key: question.key, model: this.#author.model, statements };
  }

  #keep({ path, content }: DocumentPage): string {
    const bytes = Buffer.from(content.toWellFormed().replaceAll('\0', '\uFFFD'));
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

/** A page quotes its sources. Of a cited line only the place is kept: its makers may know its text too. */
function withoutSecrets(page: DocumentPage): DocumentPage {
  const citations = page.citations.map(({ path, startLine, endLine }) => ({ path, startLine, endLine }));
  return { ...page, content: redact(page.content).text, citations };
}
