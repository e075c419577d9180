import type { Correction } from '../place/place.ts';

/** The texts of the place: the repository, the branch and the moment that a page shows. */
export const placeTexts = {
  title: 'Repository, branch and moment',
  repository: 'Repository',
  allRepositories: 'All repositories',
  eachDefault: 'each on its default branch',
  moment: 'Moment',
  now: 'Now',
  nowText: 'The newest state that was synced',
  noMoment: 'Nothing is synced on this branch yet.',
  corrected: {
    repository: 'This project has no such repository. You see its first one.',
    moment: 'There is no such synced state in this project. You see the current one.',
    momentElsewhere: 'The address named another branch than that of its sync. You see the sync’s own branch.',
    branch: 'Nothing is synced of the default branch yet. You see the branch that was synced last.',
    sync: 'The address named another branch than that of this sync. You see the sync’s own branch.',
  } satisfies Record<Correction, string>,
};
