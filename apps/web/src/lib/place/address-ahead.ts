import { placeIn, writePlace } from './place.ts';

/** The parts of an address that say what a page shows. */
export interface Address {
  readonly pathname: string;
  readonly search: string;
  readonly searchParams: Pick<URLSearchParams, 'get'>;
}

/**
 * The address that a choice is made upon while a navigation may be under way: where the app is going, unless it leaves the
 * project. A choice upon the page that goes would be lost with it, or would bring that page back.
 */
export function addressAhead(shown: Address, going: Address | null): Address {
  if (going === null) return shown;
  const project = projectIn(shown);
  return project !== null && projectIn(going) === project ? going : shown;
}

/**
 * The address of the shown page that its own filters change: with what was already chosen for it, and at the place ahead.
 * A filter is clicked on the page that is seen, also while another one is on its way.
 */
export function pageAhead(shown: Address, ahead: Address): Pick<Address, 'pathname' | 'search'> {
  if (ahead.pathname === shown.pathname) return ahead;
  const query = writePlace(placeIn(ahead), new URLSearchParams(shown.search));
  return { pathname: shown.pathname, search: query.size === 0 ? '' : `?${query}` };
}

function projectIn({ pathname }: Address): string | null {
  return /^\/p\/([^/]+)/.exec(pathname)?.[1] ?? null;
}
