import type { ErrorCode } from '../graphql/error-code.ts';
import { counted } from '../text/counted.ts';
import { count } from '../text/format.ts';

/** The texts of the list of projects. */
export const projectsTexts = {
  title: 'Projects',
  search: 'Search projects',
  create: 'New project',
  none: 'No project matches this search.',
  emptyTitle: 'Nothing is synced yet',
  emptyText: 'Three steps to a searchable, replayable memory of a repository:',
  steps: [
    ['Connect', 'Paste the address of a repository: GitHub, any Git server, or a folder on this machine.'],
    ['Choose a branch', 'See what a sync would fetch and what it would cost before anything is paid.'],
    ['Watch', 'Follow each phase as it happens. Then read, search and go back in time.'],
  ] as const,
  example: 'Sync this repository',
  exampleText: 'The checkout that this server was started from, in one click.',
  connect: 'Connect a repository',
  noRepository: 'No repository yet',
  more: (others: number) => `and ${counted(others, 'other repository', 'other repositories')}`,
  never: 'Not synced yet',
  role: { OWNER: 'Owner', EDITOR: 'Editor', VIEWER: 'Viewer' },
};

/** The texts of connecting a repository. */
export const connectTexts = {
  title: 'Connect a repository',
  address: 'Repository address',
  hint: 'A GitHub page, owner/name, a Git URL, or a folder on the server',
  placeholder: 'https://github.com/owner/name',
  proposed: 'Repositories on this server',
  understood: {
    github: 'A GitHub repository',
    git: 'A Git repository',
    folder: 'A folder on the server',
    empty: '',
    unknown:
      'This is not an address we know. Paste a GitHub page, owner/name, a Git URL or an absolute folder.',
  },
  token: 'Access token',
  tokenHint:
    'Only for private repositories: read access to contents. It is stored encrypted and never shown again.',
  project: 'Project name',
  submit: 'Connect',
  busy: 'Asking the repository…',
  check: {
    found: (branch: string) => `It answers. Its default branch is ${branch}.`,
    empty: 'It answers, and has no branch yet.',
    connected: 'This project has this repository already.',
    inside: 'The folder lies inside a repository.',
    take: 'Use',
    private: 'It cannot be read without a token. Connecting it uses the token below.',
  },
  branch: 'Branch',
  plan: 'What the first sync would do',
  planBusy: 'Counting…',
  planNone: 'The source has no such branch, or did not answer: there is no plan.',
  start: 'Sync this branch',
  help: {
    REPOSITORY_NOT_FOUND:
      'There is no such repository, or it is private: a token with read access to its contents makes it visible.',
    REPOSITORY_EMPTY: 'Push a first commit to it, then connect it.',
    AUTHENTICATION_FAILED: 'The token was refused. Create a new one with read access to contents.',
    PERMISSION_DENIED:
      'The token is valid, but it may not read this repository. Give it read access to contents.',
    INVALID_URL: 'Check the address: it names no repository that can be read.',
    HOST_NOT_ALLOWED: 'The operator of this server has to name this host in GIT_ALLOWED_HOSTS.',
    PATH_NOT_ALLOWED:
      'Check that the folder exists. The operator of this server names the folders that may be read in LOCAL_REPOSITORIES, separated by commas.',
    SOURCE_UNAVAILABLE: 'Check that the address can be reached from the server, then try again.',
    SOURCE_TIMEOUT: 'The source took too long to answer. Try again in a moment.',
  } satisfies Partial<Record<ErrorCode, string>>,
  folderHelp: 'There is no Git repository in that folder. Check the path.',
  toFetch: 'to fetch',
  tokens: 'tokens to embed',
  cost: 'cost of vectors',
  noSizes: 'The source tells no sizes before: bytes and tokens are counted during the sync.',
  someSizes: (unsized: number, all: number) =>
    `The source does not tell the sizes of ${count(unsized)} of ${counted(all, 'content', 'contents')} before.`,
  atLeast: 'at least',
  time: 'time',
  about: (time: string) => `about ${time}`,
  timeText: 'The time is that of earlier syncs of about this size on this server.',
  againstOther:
    'The files are counted against a branch of this repository that is stored already: the sync starts from it.',
  unchanged: 'Nothing to fetch: this branch is unchanged.',
};
