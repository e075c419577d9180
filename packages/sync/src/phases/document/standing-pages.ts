import type { DocumentStore, StandingPage } from '../../ports/document-store.ts';

/** The pages that stand before a sync. Only those are read that the sync may change, unless it has to look at all of them. */
export class StandingPages {
  readonly #store: DocumentStore;
  readonly #pages = new Map<string, StandingPage | null>();
  #isWhole = false;

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  async readAll(): Promise<readonly StandingPage[]> {
    const pages = await this.#store.standing(null);
    for (const page of pages) this.#pages.set(page.path, page);
    this.#isWhole = true;
    return pages;
  }

  /** Reads the pages at these paths that were not read before. */
  async read(paths: readonly string[]): Promise<void> {
    if (this.#isWhole) return;
    const unread = paths.filter((path) => !this.#pages.has(path));
    if (unread.length === 0) return;
    for (const path of unread) this.#pages.set(path, null);
    for (const page of await this.#store.standing(unread)) this.#pages.set(page.path, page);
  }

  /** The page at a path that was read; null where none stands. */
  get(path: string): StandingPage | null {
    const page = this.#pages.get(path);
    if (page === undefined && !this.#isWhole) throw new Error(`The page ${path} was not read.`);
    return page ?? null;
  }
}
