import { navigating, page } from '$app/state';
import { addressAhead, pageAhead, type Address } from './address-ahead.ts';
import { placeIn, placeOfSync, ProjectLinks, type Place } from './place.ts';

/**
 * The place of the page that is shown, and the one that the app is going to. They differ only while a navigation is under
 * way. Read them in components: they change with the address.
 */
export const here = {
  get place(): Place {
    return placeIn(page.url);
  },
  /** The address that choices are made upon: where the app is going within the project, or where it is. */
  get ahead(): Address {
    return addressAhead(page.url, navigating.to?.url ?? null);
  },
  /** The address of the shown page as its own filters change it. */
  get page(): Pick<Address, 'pathname' | 'search'> {
    return pageAhead(page.url, this.ahead);
  },
  /** Whether the app is going to another page. What is typed on this one must not bring it back. */
  get leaves(): boolean {
    return navigating.to !== null && navigating.to.url.pathname !== page.url.pathname;
  },
  get slug(): string {
    return page.params['slug'] ?? '';
  },
  /** Every address of the shown project, at the place ahead. */
  get links(): ProjectLinks {
    return new ProjectLinks(this.slug, placeIn(this.ahead));
  },
  /** The repository that the place names, or the project's first one. */
  get repository() {
    return repositoryAt(this.place);
  },
  /** The branch that the place names, or the repository's default branch. */
  get branch(): string {
    return branchAt(this.place);
  },
  /** The place ahead, as its pickers show it. */
  get chosen() {
    const place = placeIn(this.ahead);
    return { place, repository: repositoryAt(place), branch: branchAt(place) };
  },
  /** The addresses of the place that a sync belongs to. */
  ofSync(sync: { branch: string; repository: { id: string } }): ProjectLinks {
    return this.links.at(placeOfSync(sync, page.data.shell?.repositories.nodes[0]?.id));
  },
};

function repositoryAt({ repository }: Place) {
  const all = page.data.shell?.repositories.nodes ?? [];
  return all.find((one) => one.id === repository) ?? all[0];
}

function branchAt(place: Place): string {
  return place.branch ?? repositoryAt(place)?.defaultBranch ?? '';
}
