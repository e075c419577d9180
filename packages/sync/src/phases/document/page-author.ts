import {
  estimatedTokens,
  materialFiles,
  materialKey,
  materialOf,
  pageTask,
  readModelAnswer,
  TASK_VERSION,
  WriterError,
  type DocumentPage,
  type ModelStatement,
  type PageMaterial,
  type Writer,
} from '@project-sync/knowledge';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { WantedPages, WritingLimits, WritingStore } from '../../ports/writing-store.ts';
import type { SyncRun } from '../../sync-run.ts';

/** A language model, and what it may cost. */
export interface ModelWriting {
  readonly writer: Writer;
  readonly limits: WritingLimits;
}

/** A question about a page, and the key under which its answer is stored. */
export interface PageQuestion {
  readonly key: string;
  readonly material: PageMaterial;
}

/** Pages whose citations are lines that a model can be given: a reference repeats the code itself. */
const CAN_HAVE_PART = /^(overview|architecture|conventions|modules\/.+)$/;

/** The number of answers that cannot be used after which a sync asks no more. */
const MOST_UNUSABLE = 3;

/** Whether a language model can add a part to the page at this path. */
export function canHaveModelPart(path: string): boolean {
  return CAN_HAVE_PART.test(path);
}

/** Asks a language model for its part of the pages that people want one of, within the limits of tokens. */
export class PageAuthor {
  readonly #run: SyncRun;
  readonly #documents: DocumentStore;
  readonly #store: WritingStore;
  readonly #writing: ModelWriting;
  readonly #wanted: WantedPages;
  /** Set once the model has failed or a limit is reached: the other pages of this sync wait for the next one. */
  #hasStopped = false;
  #unusable = 0;

  constructor(parts: {
    readonly run: SyncRun;
    readonly documents: DocumentStore;
    readonly writing: ModelWriting;
    readonly wanted: WantedPages;
  }) {
    this.#run = parts.run;
    this.#documents = parts.documents;
    this.#store = parts.run.store.writing();
    this.#writing = parts.writing;
    this.#wanted = parts.wanted;
  }

  get model(): string {
    return this.#writing.writer.model;
  }

  /** Whether any page is to have a part by the model. */
  get wantsAny(): boolean {
    return this.#wanted.all || this.#wanted.paths.size > 0;
  }

  wants(path: string): boolean {
    return canHaveModelPart(path) && (this.#wanted.all || this.#wanted.paths.has(path));
  }

  async question(page: DocumentPage): Promise<PageQuestion> {
    const material = materialOf(page, await this.#documents.texts(materialFiles(page)));
    return { key: materialKey(material, { model: this.model, version: TASK_VERSION }), material };
  }

  /** The statements of the model; null where it did not answer, with a warning that says why. */
  async answer({ key, material }: PageQuestion): Promise<readonly ModelStatement[] | null> {
    // Without lines to quote, nothing that it could say would stand.
    if (material.excerpts.length === 0) return [];
    const known = await this.#store.cached(key);
    if (known !== null) return known;
    if (this.#hasStopped) return null;
    const tokens = estimatedTokens(lengthOf(material));
    const { path } = material.page;
    const { limits } = this.#writing;
    const reservation = await this.#store.reserve({ path, model: this.model, tokens, limits });
    if (reservation.kind === 'over') {
      const per = reservation.limit === 'perSync' ? 'one sync' : 'this month';
      this.#stop(
        'WRITER_LIMIT',
        path,
        `${reservation.left} tokens are left of those for ${per}, and the page may take ${tokens}.`,
      );
      return null;
    }
    return this.#ask({ key, material }, { id: reservation.id, tokens });
  }

  async #ask(
    { key, material }: PageQuestion,
    reserved: { readonly id: string; readonly tokens: number },
  ): Promise<readonly ModelStatement[] | null> {
    const { signal, stats } = this.#run;
    try {
      const written = await this.#writing.writer.write(pageTask(material), { signal });
      const cost = written.tokens ?? reserved.tokens;
      await this.#store.spent(reserved.id, cost);
      stats.modelCalls += 1;
      stats.modelTokens += cost;
      const statements = readModelAnswer(written.text, material);
      await this.#store.keep({ key, model: this.model, statements });
      return statements;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WriterError)) throw error;
      await this.#failed(error, { path: material.page.path, reserved });
      return null;
    }
  }

  async #failed(
    error: WriterError,
    {
      path,
      reserved,
    }: { readonly path: string; readonly reserved: { readonly id: string; readonly tokens: number } },
  ): Promise<void> {
    // An answer that cannot be used was paid for already; the others cost nothing, or may have been charged for in full.
    if (error.code !== 'WRITER_INVALID_ANSWER')
      await this.#store.spent(reserved.id, error.mayCost ? reserved.tokens : 0);
    // One page may be what the model cannot do; a model that cannot do several will not do the rest.
    if (error.code === 'WRITER_INVALID_ANSWER') this.#unusable += 1;
    if (error.code === 'WRITER_INVALID_ANSWER' && this.#unusable < MOST_UNUSABLE)
      this.#warn(error.code, path, error.message);
    else this.#stop(error.code, path, error.message);
  }

  #stop(code: string, path: string, reason: string): void {
    this.#hasStopped = true;
    this.#warn(code, path, `${reason} The next sync asks again.`);
  }

  #warn(code: string, path: string, reason: string): void {
    this.#run.warn({
      code,
      message: `The page ${path} has no part by the language model. ${reason} The generated text is complete.`,
      path: null,
    });
  }
}

function lengthOf({ page, excerpts }: PageMaterial): number {
  return excerpts.reduce(
    (sum, { path, lines }) => sum + path.length + 40 + lines.reduce((all, line) => all + line.length + 1, 0),
    page.content.length,
  );
}
