import { counted } from '../text/counted.ts';

/** The texts of the files and their views. */
export const filesTexts = {
  title: 'Files',
  find: 'Find a file',
  tree: 'Folders and files',
  empty: 'Nothing is synced on this branch yet.',
  asOf: 'As of',
  backToNow: 'Back to now',
  binary: 'A binary file: there is no text to show.',
  broken: 'This picture can’t be shown: the stored file is not a picture.',
  tooLarge: 'This file is over the size limit: it is listed without its text.',
  submodule: 'A submodule: another repository at commit',
  link: 'A symbolic link to',
  missing: 'There is no such file in this state of the branch.',
  versions: 'Versions',
  source: 'Source',
  rendered: 'Rendered',
  diff: 'Difference',
  noVersions: 'No other version is known.',
  loadingTree: 'Reading the list of files…',
  lines: (lines: number) => counted(lines, 'line', 'lines'),
  noMatch: 'No file matches.',
  choose: 'Choose a file to read it.',
  unchangedLines: (lines: number) => counted(lines, 'unchanged line', 'unchanged lines'),
  image: 'Image',
};
