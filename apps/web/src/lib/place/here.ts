import { page } from '$app/state';
import { placeIn, placeOfSync, ProjectLinks, type Place } from './place.ts';

/** The place of the page that is shown. Read it in components: it changes with the address. */
export const here = {
  get place(): Place {
    return placeIn(page.url);
  },
  /** Every address of the shown project, at the shown place. */
  get links(): ProjectLinks {
    return new ProjectLinks(page.params['slug'] ?? '', placeIn(page.url));
  },
  /** The repository that the place names, or the project's first one. */
  get repository() {
    const all = page.data.shell?.repositories.nodes ?? [];
    const { repository } = placeIn(page.url);
    return all.find((one) => one.id === repository) ?? all[0];
  },
  /** The branch that the place names, or the repository's default branch. */
  get branch(): string {
    return this.place.branch ?? this.repository?.defaultBranch ?? '';
  },
  /** The addresses of the place that a sync belongs to. */
  ofSync(sync: { branch: string; repository: { id: string } }): ProjectLinks {
    return this.links.at(placeOfSync(sync, page.data.shell?.repositories.nodes[0]?.id));
  },
};
