import { counted } from '../text/counted.ts';

/** The texts of the module map. */
export const mapTexts = {
  title: 'Module map',
  open: 'Open the map',
  table: 'The modules as a table',
  module: 'Module',
  lines: 'Lines',
  root: 'All',
  levels: 'Levels',
  none: 'No import between these modules is known.',
  noneText: 'Choose more levels, open a folder in the table, or see below for what was analysed.',
  notSynced: 'Nothing is synced on this branch yet.',
  missing: 'There is no such folder in this state of the branch.',
  coverage: (analysed: number, all: number, languages: string) =>
    `Imports are known of ${analysed === all ? 'all' : `${analysed.toLocaleString()} of`} ${counted(all, 'file', 'files')} with code${languages === '' ? '' : ` (${languages})`}.`,
  legend: 'What imports stands to the left of what it imports; a thicker line stands for more imports.',
  legendFiles: 'files that import each other in a circle',
  legendBack: 'imports that lead back, against the direction of most',
  circles: 'Circles of imports',
  circlesText: 'Each is a group of files that all reach each other by their imports.',
  noCircles: 'No circle of imports below this folder.',
  circlesInside: (circles: number) => counted(circles, 'circle', 'circles'),
  moreFiles: (files: number) => `and ${counted(files, 'more file', 'more files')}`,
  left: (modules: number) =>
    `${counted(modules, 'module is', 'modules are')} only in the table: no import to or from them is known, or others have more.`,
};
