/** The texts of the overview. */
export const overviewTexts = {
  current: 'Current state',
  then: 'State at that time',
  enriching: (done: string) =>
    `Files, code and words are served. The sync is at ${done}: links and meaning follow.`,
  commit: 'Commit',
  files: 'Files',
  changedAt: 'Last changed',
  syncs: 'Completed syncs',
  recent: 'Recent syncs',
  all: 'All syncs',
  repository: 'Repository',
  noRepository: 'This project has no repository yet.',
  neverText:
    'Sync it: its files can be read and searched as soon as they are stored, and their meaning follows.',
  firstSync: 'The first sync is under way: files can be read as soon as they are stored.',
};
