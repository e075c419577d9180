import { searchIn, writeSearch } from './search-state.ts';

/** A search with the name that a reader gave it. */
export interface SavedSearch {
  readonly name: string;
  /** Its words and filters, as an address holds them. It is run where the reader is then. */
  readonly search: string;
}

/** A browser's store is small, and a list of more names than that is no longer read. */
const MOST = 50;

/** The words and filters of an address, without its place: what is saved of a search. */
export function searchToSave(query: URLSearchParams): string {
  const state = searchIn({ searchParams: query });
  return writeSearch(new URLSearchParams(), state).toString();
}

/** The list with one more search, by name; a search of the same name or with the same words and filters gives way to it. */
export function withSaved(list: readonly SavedSearch[], saved: SavedSearch): SavedSearch[] {
  const others = list.filter(({ name, search }) => name !== saved.name && search !== saved.search);
  return [saved, ...others].slice(0, MOST).toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** Reads a stored list. What is no saved search is left out: another version of the app may have written it. */
export function readSaved(stored: string | null): SavedSearch[] {
  let list: unknown;
  try {
    list = JSON.parse(stored ?? '[]');
  } catch {
    return [];
  }
  return Array.isArray(list) ? list.filter(isSaved).slice(0, MOST) : [];
}

function isSaved(one: unknown): one is SavedSearch {
  if (typeof one !== 'object' || one === null) return false;
  return 'name' in one && typeof one.name === 'string' && 'search' in one && typeof one.search === 'string';
}
