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
  revokeText: 'Programs that use it are refused at once.',
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
  asServer: (minutes: number) => `As the server does: ${interval(minutes).toLowerCase()}`,
  interval,
  polled: (minutes: number) =>
    minutes === 0
      ? 'The server looks at no branch on a schedule, unless a repository has an interval of its own.'
      : `The server looks at stored branches every ${counted(minutes, 'minute', 'minutes')}, unless a repository has an interval of its own.`,
  pushes: 'Pushes on GitHub start a sync at once, with a webhook to this address:',
  noPushes: 'Pushes are not taken. The operator can set GITHUB_WEBHOOK_SECRET.',
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
    text: 'Files that are listed without their text. The rules are a file of the repository:',
    rules: 'Rules',
    example: 'docs/generated/\n*.snap',
    none: 'The repository has no rules of its own.',
    same: 'These are the rules of the synced state. Change them to see what they would do.',
    leaving: (files: number) => `${counted(files, 'file', 'files')} would no longer be searched`,
    returning: (files: number) => `${counted(files, 'file', 'files')} would be searched again`,
    commit: 'Commit them to the repository: the next sync follows.',
  },
  webhooksTitle: 'Webhooks',
  webhooks: {
    none: 'No program is called yet.',
    address: 'Address to call',
    report: 'Report',
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
