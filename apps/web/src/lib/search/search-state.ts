/** The kinds of passages to search, in the order of the filters. */
export const KINDS = ['CODE', 'DOC', 'LETTER', 'NOTE', 'INSIGHT'] as const;
type Kind = (typeof KINDS)[number];

/** The modes of a search. */
export const MODES = ['HYBRID', 'SEMANTIC', 'KEYWORD'] as const;
type Mode = (typeof MODES)[number];

/** The parts that tests may have in a search. */
export const TESTS = ['INCLUDE', 'EXCLUDE', 'ONLY'] as const;
type Tests = (typeof TESTS)[number];

/** A search as its address holds it, beside the place. */
export interface SearchState {
  query: string;
  mode: Mode;
  kinds: Kind[];
  languages: string[];
  tests: Tests;
  folder: string;
  after: string | null;
}

/** Reads a search from an address. Unknown words count as none. */
export function searchIn({
  searchParams,
}: {
  searchParams: Pick<URLSearchParams, 'get' | 'getAll'>;
}): SearchState {
  const kinds = searchParams.getAll('kind');
  return {
    query: searchParams.get('q')?.trim() ?? '',
    mode: MODES.find((one) => one === searchParams.get('mode')) ?? 'HYBRID',
    kinds: KINDS.filter((kind) => kinds.includes(kind)),
    languages: searchParams.getAll('lang').filter((language) => language !== ''),
    tests: TESTS.find((one) => one === searchParams.get('tests')) ?? 'INCLUDE',
    folder: searchParams.get('in') ?? '',
    after: searchParams.get('after'),
  };
}

/** The filters as the API takes them: nothing chosen means everything. */
export function filtersOf({ kinds, languages, tests, folder, mode }: SearchState) {
  return {
    kinds: kinds.length === 0 ? null : kinds,
    languages: languages.length === 0 ? null : languages,
    folder: folder === '' ? null : folder,
    tests,
    mode,
  };
}

/** Writes a change of a search into a query. The list starts at its first hit again, and the defaults are left out. */
export function writeSearch(
  query: URLSearchParams,
  change: Partial<Omit<SearchState, 'after'>>,
): URLSearchParams {
  const now = { ...searchIn({ searchParams: query }), ...change };
  const next = new URLSearchParams(query);
  for (const name of ['q', 'mode', 'kind', 'lang', 'tests', 'in', 'after', 'corrected']) next.delete(name);
  if (now.query !== '') next.set('q', now.query);
  if (now.mode !== 'HYBRID') next.set('mode', now.mode);
  for (const kind of now.kinds) next.append('kind', kind);
  for (const language of now.languages) next.append('lang', language);
  if (now.tests !== 'INCLUDE') next.set('tests', now.tests);
  if (now.folder !== '') next.set('in', now.folder);
  return next;
}

/** A list with a value added, or taken out if it was there. */
export function toggled<Value>(values: readonly Value[], value: Value): Value[] {
  return values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
}
