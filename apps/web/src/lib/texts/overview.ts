/** The texts of the overview. */
export const overviewTexts = {
  current: 'Current state',
  commit: 'Commit',
  files: 'Files',
  changedAt: 'Last changed',
  syncs: 'Completed syncs',
  recent: 'Recent syncs',
  all: 'All syncs',
  repository: 'Repository',
  noRepository: 'This project has no repository yet.',
  neverText:
    'Pick a branch and sync it: its files and their meaning appear here the moment the sync is final.',
  firstSync: 'The first sync is under way: files and their meaning appear here the moment it is final.',
};
