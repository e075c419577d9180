import { addressWith } from '../text/address-with.ts';

/**
 * Where a reader is inside a project. It lives in the address and nowhere else, so every link carries it and a copied
 * address opens the same state for another member. Null means the default: the project's first repository, that
 * repository's default branch, the current state.
 */
export interface Place {
  repository: string | null;
  branch: string | null;
  /** The sync whose snapshot is read, instead of the current one. */
  asOf: string | null;
}

export const DEFAULT_PLACE: Place = { repository: null, branch: null, asOf: null };

const PARAMETERS = { repository: 'repository', branch: 'branch', asOf: 'as-of' } as const;

/** Reads the place from an address. An empty value counts as none. */
export function placeIn(url: { searchParams: Pick<URLSearchParams, 'get'> }): Place {
  const read = (name: string) => url.searchParams.get(name) || null;
  return {
    repository: read(PARAMETERS.repository),
    branch: read(PARAMETERS.branch),
    asOf: read(PARAMETERS.asOf),
  };
}

/** Writes the place into a query, over what it said before. */
export function writePlace(place: Place, query = new URLSearchParams()): URLSearchParams {
  for (const key of ['repository', 'branch', 'asOf'] as const) {
    const value = place[key];
    if (value === null) query.delete(PARAMETERS[key]);
    else query.set(PARAMETERS[key], value);
  }
  return query;
}

/** The mistakes of an address that the page names. */
const CORRECTIONS = ['repository', 'moment', 'momentElsewhere', 'branch', 'sync'] as const;
export type Correction = (typeof CORRECTIONS)[number];

/** The query of a page at the right place. It names what was wrong, for the page to say so. */
export function writeCorrected(
  place: Place,
  corrections: readonly string[],
  query: URLSearchParams,
): URLSearchParams {
  const right = writePlace(place, new URLSearchParams(query));
  if (corrections.length > 0) right.set('corrected', corrections.join(' '));
  return right;
}

/** The mistakes of the address that led here. */
export function correctionsIn(url: { searchParams: Pick<URLSearchParams, 'get'> }): Correction[] {
  const said = (url.searchParams.get('corrected') ?? '').split(' ');
  return CORRECTIONS.filter((one) => said.includes(one));
}

/** Lines of a file, as its address names them. */
export interface Lines {
  from: number;
  to?: number | null;
}

/** Every address inside a project, at one place. */
export class ProjectLinks {
  readonly slug: string;
  readonly place: Place;

  constructor(slug: string, place: Place = DEFAULT_PLACE) {
    this.slug = slug;
    this.place = place;
  }

  /** The same project at another place. */
  at(change: Partial<Place>): ProjectLinks {
    return new ProjectLinks(this.slug, { ...this.place, ...change });
  }

  get overview(): string {
    return this.#to('');
  }
  get history(): string {
    return this.#to('/history');
  }
  /** The history of every branch. */
  get wholeHistory(): string {
    return this.#to('/history', { of: 'all' });
  }
  get jobs(): string {
    return this.#to('/jobs');
  }
  get files(): string {
    return this.#to('/files');
  }
  get memory(): string {
    return this.#to('/memory');
  }
  get knowledge(): string {
    return this.#to('/knowledge');
  }
  get patterns(): string {
    return this.#to('/knowledge/patterns');
  }
  get insights(): string {
    return this.#to('/knowledge/insights');
  }
  get notes(): string {
    return this.#to('/knowledge/notes');
  }
  get settings(): string {
    return this.#to('/settings');
  }
  /** The file finder, open. */
  get find(): string {
    return this.#to('/files', { find: '1' });
  }

  /** A file or a folder; the empty path is the root folder. */
  file(path: string, lines: Lines | null = null): string {
    const at = path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`;
    return this.#to(`/files${at}`) + (lines === null ? '' : hashOf(lines));
  }

  /** A document among the pages: by its place, or by its ID where it has none. */
  document({ id, path }: { id: string; path: string | null }): string {
    return this.#to('/knowledge', path === null ? { document: id } : { page: path });
  }

  /** The map of what lies below a folder; without a depth, the one that shows most. */
  map(path = '', depth: number | null = null): string {
    const query = { ...(path === '' ? {} : { path }), ...(depth === null ? {} : { depth: String(depth) }) };
    return this.#to('/knowledge/map', query);
  }

  /** A pattern, open in the list. */
  pattern(id: string): string {
    return this.#to('/knowledge/patterns', { pattern: id });
  }

  entry(id: string): string {
    return this.#to(`/memory/${encodeURIComponent(id)}`);
  }

  sync(number: number): string {
    return this.#to(`/history/${number}`);
  }

  /** The comparison of two syncs, by their numbers. */
  compare(from: number, to: number): string {
    return this.#to('/history/compare', { from: String(from), to: String(to) });
  }

  #to(path: string, query: Readonly<Record<string, string>> = {}): string {
    const search = writePlace(this.place, new URLSearchParams(query));
    return addressWith({ pathname: `/p/${encodeURIComponent(this.slug)}${path}` }, search);
  }
}

/** The place of a sync: its repository and branch, named only where they are not the project's first repository. */
export function placeOfSync(
  sync: { branch: string; repository: { id: string } },
  firstRepository: string | undefined,
): Place {
  const repository = sync.repository.id === firstRepository ? null : sync.repository.id;
  return { repository, branch: sync.branch, asOf: null };
}

/** Pages about one thing of a place: at another place the list behind them is shown. */
const LISTS: readonly (readonly [RegExp, 'history' | 'memory'])[] = [
  [/^\/history\/./, 'history'],
  [/^\/memory\/./, 'memory'],
];

/** The address of the shown page at another place. What belonged to the old place alone is left behind. */
export function samePageAt(links: ProjectLinks, url: Pick<URL, 'pathname' | 'search'>): string {
  const inside = url.pathname.slice(new ProjectLinks(links.slug).overview.length);
  const list = LISTS.find(([pages]) => pages.test(inside));
  if (list !== undefined) return links[list[1]];
  const query = writePlace(links.place, new URLSearchParams(url.search));
  for (const name of ['after', 'rows', 'find', 'corrected']) query.delete(name);
  return addressWith(url, query);
}

/** The hash of an address that names lines. */
export function hashOf({ from, to }: Lines): string {
  return `#L${from}${to == null || to === from ? '' : `-L${to}`}`;
}

/** The lines that an address's hash names. */
export function linesIn(hash: string): { from: number; to: number } | null {
  const match = /^#L(\d+)(?:-L?(\d+))?$/.exec(hash);
  if (match === null) return null;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return { from: Math.min(from, to), to: Math.max(from, to) };
}
