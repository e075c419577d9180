import { modulePage, type ModuleSummary } from '@project-sync/knowledge';
import { parsePath, showPath, type WrittenPage } from '@project-sync/sync';
import type { KeptModules } from './kept-modules.ts';
import { jsonOf } from './page-rows.ts';
import type { DocumentBase } from './touched-paths.ts';

const keyOf = ({ branchId, number }: { readonly branchId: string; readonly number: number }): string =>
  `${branchId} ${number}`;

interface StoredPages {
  readonly written: readonly WrittenPage[];
  readonly gone: readonly string[];
  /** How many pages the snapshot has in all. */
  readonly pages: number;
}

/** The modules that one sync starts from, and those that it leaves to the next one. */
export class ModulesOfSync {
  readonly #kept: KeptModules;
  #base: DocumentBase | null = null;
  #summaries: ReadonlyMap<string, ModuleSummary> | null = null;
  #free = new Set<string>();
  #pages: number | null = null;
  /** Whether all pages that it starts from are of the worker's template, and none has a part by a language model. */
  isPlain = false;

  constructor(kept: KeptModules) {
    this.#kept = kept;
  }

  startFrom(base: DocumentBase | null): void {
    this.#base = base;
    const found = base === null ? null : this.#kept.get(keyOf(base));
    this.#summaries = base === null ? new Map() : (found?.summaries ?? null);
    this.#free = new Set(found?.free);
    this.#pages = found?.pages ?? null;
    this.isPlain = base === null || found?.isPlain === true;
  }

  /** The number of pages that the sync starts from, where it is known. */
  get pages(): number | null {
    return this.#pages;
  }

  /** The summaries of the snapshot that the sync starts from; null where they have to be read. */
  get summaries(): ReadonlyMap<string, ModuleSummary> | null {
    return this.#summaries;
  }

  haveRead(summaries: readonly ModuleSummary[]): void {
    this.#summaries = new Map(summaries.map((summary) => [summary.path, summary]));
  }

  /** A file came to these paths, or went from them. */
  touch(paths: readonly string[]): void {
    for (const path of paths) this.#free.delete(path);
  }

  isFree(path: string): boolean {
    return this.#free.has(path);
  }

  /** Notes that no file stands at a path, unless the path can be written in another way too. */
  noteFree(path: string): void {
    if (showPath(parsePath(path)) === path) this.#free.add(path);
  }

  /** Keeps what is known of the snapshot once its pages are stored. */
  keep(
    snapshot: { readonly branchId: string; readonly number: number },
    { written, gone, pages }: StoredPages,
  ): void {
    if (this.#base?.isOwn === true) this.#kept.take(keyOf(this.#base));
    this.#kept.set(keyOf(snapshot), {
      pages,
      isPlain: this.isPlain && written.every(({ modelKey }) => modelKey === null),
      summaries: this.#after(written, gone),
      free: this.#free,
    });
  }

  #after(
    written: readonly WrittenPage[],
    gone: readonly string[],
  ): ReadonlyMap<string, ModuleSummary> | null {
    if (this.#summaries === null) return null;
    const changed = written.filter(({ summary }) => summary !== null);
    if (changed.length + gone.length === 0) return this.#summaries;
    const left = new Set(gone);
    const after = new Map([...this.#summaries].filter(([path]) => !left.has(modulePage(path))));
    for (const { summary } of changed)
      // As it is read again, with what the database does not take left out.
      if (summary !== null) after.set(summary.path, JSON.parse(jsonOf(summary)) as ModuleSummary);
    return after;
  }
}
