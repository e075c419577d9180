import { count } from '../text/format.ts';
import { counted } from '../text/counted.ts';

/** The texts of the overview. */
export const overviewTexts = {
  current: 'Current state',
  then: 'State at that time',
  enriching: (done: string) =>
    `Files, code and words are served. The sync is at ${done}: links and meaning follow.`,
  commit: 'Commit',
  committed: 'committed',
  syncedOn: 'synced',
  noMessage: 'A commit without a message',
  wholeMessage: 'Whole message',
  lastFailed: 'The last sync failed.',
  firstFailed: 'The first sync failed, so nothing is served yet.',
  stillServes: (files: number) =>
    `This page still serves the last state that was synced: ${counted(files, 'file', 'files')}.`,
  readWhy: 'Read its log',
  files: 'Files',
  passages: 'Passages',
  patterns: 'Patterns',
  changed: 'Files changed',
  codeLines: 'Lines of code',
  syncs: 'Completed syncs',
  since: (more: number, syncs: number) =>
    `${more === 0 ? 'no change' : `${more > 0 ? '+' : '−'}${count(Math.abs(more))}`} in ${counted(syncs, 'sync', 'syncs')}`,
  lastSyncs: (syncs: number) => `the last of ${counted(syncs, 'sync', 'syncs')}`,
  asTable: 'Growth as a table',
  growth: 'Growth of the branch',
  sync: 'Sync',
  recent: 'Recent syncs',
  all: 'All syncs',
  repository: 'Repository',
  noRepository: 'This project has no repository yet.',
  neverText:
    'Sync it: its files can be read and searched as soon as they are stored, and their meaning follows.',
  firstSync: 'The first sync is under way: files can be read as soon as they are stored.',
  languages: 'Languages',
  language: 'Language',
  share: 'Share',
  under: '< 1%',
  others: 'Others',
  fewer: 'Show fewer',
  moreLanguages: (others: string) => `${others} more`,
  branches: 'Stored branches',
  state: 'State',
  synced: 'Synced',
  moreBranches: (others: number) =>
    `${counted(others, 'more branch is', 'more branches are')} stored: find them by name in the branch picker.`,
  openPatterns: 'Open patterns',
  noOpenPatterns: 'No open pattern.',
  allPatterns: 'All patterns',
  newPattern: 'new',
  documents: 'Documents',
  noDocuments: 'No document yet: the first analysis writes them.',
  allDocuments: (documents: number) => `All ${count(documents)}`,
};
