import { readSaved, withSaved, type SavedSearch } from './saved-list.ts';

/**
 * The searches of one project that were saved by name. They are kept in this browser alone, like the recent ones: a name says
 * something to its reader, and a search that others should run is handed on by its address, which holds all of it.
 */
export class SavedSearches {
  list = $state.raw<readonly SavedSearch[]>([]);
  #key: string;

  constructor(slug: string) {
    this.#key = `saved searches ${slug}`;
    try {
      this.list = readSaved(localStorage.getItem(this.#key));
    } catch {
      // A browser that stores nothing has none.
    }
  }

  /** Saves a search under a name, in place of an earlier one of that name. */
  save(saved: SavedSearch): void {
    this.#keep(withSaved(this.list, saved));
  }

  remove(name: string): void {
    this.#keep(this.list.filter((one) => one.name !== name));
  }

  /** The name under which this search is saved; null if it is not. */
  nameOf(search: string): string | null {
    return this.list.find((one) => one.search === search)?.name ?? null;
  }

  #keep(list: readonly SavedSearch[]): void {
    this.list = list;
    try {
      localStorage.setItem(this.#key, JSON.stringify(list));
    } catch {
      // Kept as long as the page is open.
    }
  }
}
