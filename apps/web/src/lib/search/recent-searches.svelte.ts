const MOST = 8;

/** The last searches of one project, kept in this browser alone. */
export class RecentSearches {
  queries = $state.raw<readonly string[]>([]);
  #key: string;

  constructor(slug: string) {
    this.#key = `searches ${slug}`;
    this.queries = read(this.#key);
  }

  /** Adds a search in front. One that only continues the newest replaces it, as when it was typed on. */
  add(query: string): void {
    const [newest = ''] = this.queries;
    const others = this.queries.filter((one) => one !== query);
    const rest = newest !== '' && query.startsWith(newest) ? others.filter((one) => one !== newest) : others;
    this.#keep([query, ...rest].slice(0, MOST));
  }

  clear(): void {
    this.#keep([]);
  }

  #keep(queries: readonly string[]): void {
    this.queries = queries;
    try {
      localStorage.setItem(this.#key, JSON.stringify(queries));
    } catch {
      // A browser that stores nothing keeps them as long as the page is open.
    }
  }
}

function read(key: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}
