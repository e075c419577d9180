/** The texts of the frame: pages and tools. */
export const navTexts = {
  projects: 'Projects',
  overview: 'Overview',
  history: 'History',
  jobs: 'Jobs',
  files: 'Files',
  memory: 'Search',
  knowledge: 'Knowledge',
  settings: 'Settings',
  palette: 'Go to…',
  keys: 'Keyboard',
  theme: 'Theme',
  query: 'The query behind this page',
  account: 'Account',
};

/** The texts of the themes. */
export const themeTexts = { auto: 'As the system', light: 'Light', dark: 'Dark' };

/** The texts of actions that occur everywhere. */
export const actionsTexts = {
  cancel: 'Cancel',
  close: 'Close',
  retry: 'Try again',
  save: 'Save',
  edit: 'Edit',
  remove: 'Remove',
  copy: 'Copy',
  copied: 'Copied',
  more: 'Show more',
};

/** The texts of the palette. */
export const paletteTexts = {
  placeholder: 'Go to a page, file, symbol, sync, branch, project…',
  search: (words: string) => `Search for “${words}”`,
  searchAll: (words: string) => `Search all projects for “${words}”`,
  sync: 'Sync this branch',
  findFile: 'Find a file',
  compare: 'Compare two syncs',
  copy: 'Copy the address of this page',
  kinds: {
    page: 'Pages',
    action: 'Actions',
    symbol: 'Symbols',
    file: 'Files',
    sync: 'Syncs',
    branch: 'Branches',
    document: 'Documents',
    project: 'Projects',
    search: 'Search',
  },
  none: 'Nothing has that name.',
  title: 'Go to',
};

/** The texts of the list of keys. */
export const keysTexts = {
  title: 'Keyboard',
  list: [
    ['Ctrl K', 'Go to anything'],
    ['t', 'Find a file'],
    ['/', 'Search the memory'],
    ['g o', 'Overview'],
    ['g h', 'History'],
    ['g f', 'Files'],
    ['g m', 'Search'],
    ['g k', 'Knowledge'],
    ['?', 'This list'],
  ] as const,
};

/** The texts of the dialog with the query behind a page. */
export const queryTexts = {
  title: 'The query behind this page',
  text: 'This request to /graphql loaded the page. Branch status and plans are asked separately, because the source answers them.',
  variables: 'Variables',
  open: 'Open it in GraphiQL',
};
