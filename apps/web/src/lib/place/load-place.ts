import { redirect } from '@sveltejs/kit';
import { loadQuery, type LoadEvent } from '../graphql/load-query.ts';
import { projectOf } from '../graphql/project-of.ts';
import { PlaceQuery } from './place.graphql.ts';
import { placeIn, placeOfSync, writeCorrected, type Place } from './place.ts';
import { settlePlace, type SettledPlace } from './settle-place.ts';

/** Settles the place in a page's address. If the address says another one, the reader is sent to the right address. */
export async function loadPlace(
  event: Omit<LoadEvent, 'url'> & { url: URL; untrack: <T>(read: () => T) => T },
  slug: string,
): Promise<SettledPlace> {
  // Only the place itself is tracked: another page at the same place needs no new answer.
  const named = placeIn(event.url);
  const url = event.untrack(() => new URL(event.url));
  const tracked: LoadEvent = { fetch: event.fetch, depends: event.depends, url };
  const settled = projectOf(
    await settlePlace(
      named,
      async (variables) => (await loadQuery(tracked, PlaceQuery, { slug, ...variables })).data,
    ),
  );
  correctAddress(url, settled.place, settled.corrections);
  return settled;
}

/** Redirects to the same page at `place` unless the address says it already. */
export function correctAddress(url: URL, place: Place, corrections: readonly string[]): void {
  const said = placeIn(url);
  const isSame =
    said.repository === place.repository && said.branch === place.branch && said.asOf === place.asOf;
  if (isSame) return;
  throw redirect(307, `${url.pathname}?${writeCorrected(place, corrections, url.searchParams)}`);
}

/** Redirects to the branch of the sync that a page is about, and says so if the address named another one. */
export function correctToSync(
  url: URL,
  sync: { branch: string; repository: { id: string } },
  firstRepository: string | undefined,
): void {
  const said = placeIn(url);
  const own = placeOfSync(sync, firstRepository);
  const repository = said.repository === sync.repository.id ? said.repository : own.repository;
  const isWrong = (said.branch !== null && said.branch !== own.branch) || said.repository !== repository;
  // The moment of another branch would lead back to that branch.
  const asOf = said.branch === own.branch ? said.asOf : null;
  correctAddress(url, { repository, branch: own.branch, asOf }, isWrong ? ['sync'] : []);
}
