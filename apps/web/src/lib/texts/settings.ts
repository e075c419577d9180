import { count } from '../text/format.ts';
import { counted } from '../text/counted.ts';

/** All of several, as one says it. */
function all(several: number): string {
  return several === 2 ? 'both' : `all ${count(several)}`;
}

function interval(minutes: number): string {
  if (minutes === 0) return 'Never';
  if (minutes === 1440) return 'Once a day';
  if (minutes === 60) return 'Every hour';
  return minutes % 60 === 0
    ? `Every ${counted(minutes / 60, 'hour', 'hours')}`
    : `Every ${counted(minutes, 'minute', 'minutes')}`;
}

/** The texts of the settings. */
export const settingsTexts = {
  title: 'Settings',
  repository: 'Repository',
  members: 'Members',
  keys: 'API keys',
  embeddings: 'Embeddings',
  danger: 'Danger zone',
  connectMore: 'Connect another repository',
  role: 'Role',
  invite: 'Invite',
  inviteEmail: 'Email',
  inviteLink: 'Send this link; it works once:',
  removeMember: 'Remove member',
  keyName: 'Name',
  keyScopes: 'Scopes',
  newKey: 'New key',
  keyOnce: 'Copy it now: it is shown only this once.',
  revoke: 'Revoke',
  noKeys: 'No key yet.',
  never: 'never used',
  used: 'used',
  expires: 'expires',
  refresh: 'Refresh embeddings',
  refreshText: 'Embeds every passage that has no vector of the current model yet. Search works meanwhile.',
  refreshed: 'The refresh is under way.',
  model: 'Model',
  keptBranches: 'Branches kept here',
  nothingKept: 'Nothing was synced from it yet.',
  syncs: (syncs: number) => counted(syncs, 'sync', 'syncs'),
  removeRepository: 'Remove repository',
  removeBranch: 'Remove branch',
  counting: 'Counting what would be lost…',
  lostBranch: (syncs: number, files: number) =>
    `Lost for every member: its ${counted(files, 'file', 'files')} with their passages, and ${syncs === 1 ? 'its one sync' : `${all(syncs)} syncs`} of its history. They cannot be brought back.`,
  lostRepository: (branches: number, syncs: number) =>
    `Lost for every member: ${branches === 1 ? 'the one branch' : `${all(branches)} branches`} kept of it with files and passages, and ${counted(syncs, 'sync', 'syncs')} of history. They cannot be brought back.`,
  afterBranch: 'The branch stays at its source; its next sync starts from nothing.',
  afterRepository: 'The repository stays at its source, and can be connected again.',
  typeName: 'Type the name to confirm',
  removing: 'Removing…',
  removeProject: 'Remove project',
  removeText: 'The project disappears for every member. Type its name to confirm.',
  graphiql: 'Open GraphiQL',
  scopes: { READ: 'Read', SYNC: 'Sync', WRITE: 'Write', ADMIN: 'Admin' },
  revokeTitle: 'Revoke this key?',
  revokeText: 'Programs that use it are refused from now on.',
  project: 'Project',
  projectName: 'Project name',
  description: 'Description',
  saved: 'Saved.',
  sources: 'Source and default branch',
  test: 'Test the source',
  answers: (branches: number) => `The source answers: ${counted(branches, 'branch', 'branches')}.`,
  defaultBranch: 'Default branch',
  token: 'New access token',
  tokenHint: 'It is tried at the source before it replaces the stored one.',
  renew: 'Renew the token',
  renewed: 'The source accepts the new token.',
  updates: 'Updates',
  poll: 'Look for new commits',
  asServer: (minutes: number) => `Server default: ${interval(minutes).toLowerCase()}`,
  interval,
  polled: (minutes: number) =>
    minutes === 0
      ? 'The server checks no branch on a schedule, unless a repository has an interval of its own.'
      : `The server checks stored branches every ${counted(minutes, 'minute', 'minutes')}, unless a repository has an interval of its own.`,
  pushes: 'Pushes on GitHub start a sync at once, with a webhook to this address:',
  noPushes: 'Pushes are not received. The operator of this server can set GITHUB_WEBHOOK_SECRET.',
  invitations: 'Open invitations',
  byLink: 'By link',
  takeBack: 'Take back',
  audit: 'Audit log',
  auditText: 'Every change in this project: by whom, with which key or session, from where.',
  showAudit: 'Show the log',
  noActor: 'The server',
  usageTitle: 'Usage and storage',
  usage: {
    contents: 'Contents',
    passages: 'Passages',
    tokens: (tokens: number) => `about ${count(tokens)} tokens`,
    vectors: 'Vectors',
    syncs: 'Syncs',
    fetched: 'Fetched by all syncs',
    computed: 'Embeddings computed by all syncs',
  },
  ignoreTitle: 'Ignored files',
  ignore: {
    text: 'Files that these rules match stay listed, and their text is not searched. They are written like a .gitignore, and come after those in the repository’s own files:',
    rules: 'Rules',
    example: 'docs/generated/\n*.snap',
    limits: '100,000 characters and 5,000 lines at most. The last rule that matches a path decides.',
    tooLong: (more: number) => `${counted(more, 'character', 'characters')} too long to be saved.`,
    seenOn: 'As seen on',
    leaving: (files: number, size: string) =>
      `${counted(files, 'file', 'files')} would no longer be searched${files === 0 ? '' : ` (${size})`}`,
    returning: (files: number, size: string) =>
      `${counted(files, 'file', 'files')} would be searched again${files === 0 ? '' : ` (${size})`}`,
    more: (files: number) => `and ${counted(files, 'more', 'more')}`,
    incomplete: 'The preview ended after five seconds: the figures are lower than what the rules would do.',
    nothingSynced: 'A preview needs a state that was synced.',
    saved: 'Saved. In effect from the next sync of each branch on.',
    onlyOwner: 'Owners of the project change the rules.',
    line: (line: number) => `Line ${line}`,
    problems: {
      TOO_MANY_LINES: 'This line and those below it are not read.',
      TOO_LONG: 'is longer than any path, so it matches none.',
      TOO_COSTLY: 'is left out: all rules together are too long.',
      NAMES_NOTHING: 'has no name in it, so it matches nothing.',
      OPEN_BRACKET: 'has a bracket that nothing closes, so it is a plain character.',
      BACKSLASH: 'has a backslash, which takes the next character as it is. Folders end in a slash.',
    },
  },
  noticesTitle: 'Notices',
  notices: {
    text: 'An open page shows when a sync ends, in its title and as a notice. Emails and webhooks reach those who look elsewhere.',
    byMail: 'Email me about syncs of this project',
    choices: {
      NONE: 'None',
      FAILURES: 'Syncs that failed',
      ALL: 'Syncs that failed or are complete, and branches that are behind',
    },
    to: 'To',
    noAddress: 'Your account has no address to send to yet.',
    noMail: 'This server sends no mail. Its operator can set SMTP_URL and MAIL_FROM.',
  },
  webhooksTitle: 'Webhooks',
  webhooks: {
    none: 'No webhook yet.',
    address: 'Address to call',
    report: 'Events',
    create: 'Add webhook',
    secret: 'The secret of its signatures, shown only this once:',
    off: 'Off',
    turnOff: 'Turn off',
    turnOn: 'Turn on',
    deliveries: 'Last deliveries',
    again: 'Send again',
    attempts: (attempts: number) => counted(attempts, 'attempt', 'attempts'),
    status: { PENDING: 'Pending', DELIVERED: 'Delivered', FAILED: 'Failed' },
    events: {
      SYNC_COMPLETED: 'Sync completed',
      SYNC_FAILED: 'Sync failed',
      BRANCH_BEHIND: 'Branch behind',
      PATTERN_APPEARED: 'Pattern appeared',
    },
  },
  onlyOwner: 'Only an owner may change this.',
};
