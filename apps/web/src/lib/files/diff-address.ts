import { addressWith } from '../text/address-with.ts';

/** How a comparison is shown: one column, or both sides beside each other. */
export type DiffShape = 'unified' | 'split';

interface Address {
  searchParams: Pick<URLSearchParams, 'get' | 'getAll'>;
  pathname: string;
  search: string;
}

/** The shape that an address asks for. */
export function viewIn({ searchParams }: Address): DiffShape {
  return searchParams.get('view') === 'split' ? 'split' : 'unified';
}

/** Whether an address opens every file; the paths that it names are then the closed ones. */
export function opensAllIn({ searchParams }: Address): boolean {
  return searchParams.get('open') === 'all';
}

/** Tells of a path whether an address opens its differences. */
export function isOpenIn(url: Address): (path: string) => boolean {
  const named = new Set(url.searchParams.getAll('file'));
  const opensAll = opensAllIn(url);
  return (path) => named.has(path) !== opensAll;
}

/** The address of the same page in another shape. */
export function withView(address: Address, view: DiffShape): string {
  const query = new URLSearchParams(address.search);
  if (view === 'split') query.set('view', view);
  else query.delete('view');
  return addressWith(address, query);
}

/** The address of the same page with every file open, or with none. */
export function withAll(address: Address, isOpen: boolean): string {
  const query = new URLSearchParams(address.search);
  query.delete('file');
  if (isOpen) query.set('open', 'all');
  else query.delete('open');
  return addressWith(address, query);
}

/** The address of the same page with one file more or less open. */
export function toggleFile(address: Address, path: string): string {
  const query = new URLSearchParams(address.search);
  const named = new Set(query.getAll('file'));
  query.delete('file');
  for (const one of named) if (one !== path) query.append('file', one);
  if (!named.has(path)) query.append('file', path);
  return addressWith(address, query);
}
