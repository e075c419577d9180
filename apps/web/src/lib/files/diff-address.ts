/** How a comparison is shown: one column, or both sides beside each other. */
export type DiffShape = 'unified' | 'split';

interface Address {
  searchParams: Pick<URLSearchParams, 'get' | 'getAll'>;
  search: string;
}

/** The shape that an address asks for. */
export function viewIn({ searchParams }: Address): DiffShape {
  return searchParams.get('view') === 'split' ? 'split' : 'unified';
}

/** The paths whose differences an address opens. */
export function openFilesIn({ searchParams }: Address): ReadonlySet<string> {
  return new Set(searchParams.getAll('file'));
}

/** The query of the same page in another shape. */
export function withView({ search }: Address, view: DiffShape): string {
  const query = new URLSearchParams(search);
  if (view === 'split') query.set('view', view);
  else query.delete('view');
  return queryOf(query);
}

/** The query of the same page with one file more or less open. */
export function toggleFile(url: Address, path: string): string {
  const query = new URLSearchParams(url.search);
  const open = openFilesIn(url);
  query.delete('file');
  for (const one of open) if (one !== path) query.append('file', one);
  if (!open.has(path)) query.append('file', path);
  return queryOf(query);
}

function queryOf(query: URLSearchParams): string {
  return query.size === 0 ? '?' : `?${query}`;
}
