import { count } from '../text/format.ts';
import { counted } from '../text/counted.ts';

/** The texts about syncs and branches. */
export const syncTexts = {
  start: 'Sync',
  starting: 'Starting…',
  cancel: 'Cancel sync',
  cancelling: 'Cancelling…',
  full: 'Compare everything again',
  fullHint: 'Trust nothing that is stored: list and compare every file.',
  branch: 'Branch',
  findBranch: 'Find a branch',
  noBranch: 'No branch of that name.',
  default: 'default',
  never: 'Never synced',
  moreBranches: 'Type to find more branches',
  phases: {
    PREPARE: 'Prepare',
    SCAN: 'Scan',
    IMPORT: 'Import',
    FINALIZE: 'Finalize',
    ANALYZE: 'Analyze',
    DOCUMENT: 'Document',
    CONSOLIDATE: 'Consolidate',
    AXIOM: 'Axiom',
    EMBED: 'Embed',
  },
  status: {
    QUEUED: 'Queued',
    RUNNING: 'Running',
    COMPLETED: 'Completed',
    FAILED: 'Failed',
    CANCELLED: 'Cancelled',
  },
  step: {
    done: 'done',
    now: 'in progress',
    failed: 'failed here',
    stopped: 'stopped here',
    waiting: 'to come',
    skipped: 'not needed',
  },
  trigger: {
    MANUAL: 'Started by a user',
    WEBHOOK: 'On a push',
    SCHEDULE: 'On schedule',
    RESTORE: 'Restore',
  },
  /** Who or what started a sync. */
  startedBy: (trigger: 'MANUAL' | 'WEBHOOK' | 'SCHEDULE' | 'RESTORE', name: string | null) => {
    if (name === null) return syncTexts.trigger[trigger];
    return trigger === 'RESTORE' ? `Restored by ${name}` : `Started by ${name}`;
  },
  branchStatus: {
    NEVER_SYNCED: 'Never synced',
    UP_TO_DATE: 'Up to date',
    BEHIND: 'Behind the source',
    SYNCING: 'Syncing',
    GONE: 'Gone at the source',
  },
  unreachable: 'The source does not answer',
  behind: (commits: number) => `${counted(commits, 'commit', 'commits')} behind`,
  rate: (rate: number) => `${count(rate < 10 ? rate : Math.round(rate))} per second`,
  left: (time: string) => `about ${time} left`,
  reconnecting: 'Connection lost. Nothing is lost: reconnecting…',
  reconnected: 'Reconnected, without a gap.',
  view: 'Open',
  dismiss: 'Dismiss',
  failed: 'The sync failed',
  files: (files: number) => counted(files, 'file', 'files'),
  fetched: 'fetched',
  fetchedLabel: 'Fetched',
  embedded: 'embedded',
  embeddedLabel: 'Embedded',
  progress: 'Sync progress',
  waiting: 'Waiting for a worker',
  queue: (running: number, waiting: number, place: number) =>
    running === 0 && waiting === 1
      ? 'Waiting for a worker'
      : `In this project ${counted(running, 'sync runs', 'syncs run')} and ${counted(waiting, 'waits', 'wait')}; this is number ${count(place)} of those that wait`,
  ended: 'Syncs that ended',
  /** Signs before a tab's title: they are read at a glance, among many tabs. */
  marks: { QUEUED: '…', RUNNING: '…', COMPLETED: '✓', FAILED: '✕', CANCELLED: '–' },
  others: 'Other syncs of this project',
  moreOthers: (syncs: number) => `and ${counted(syncs, 'more', 'more')}`,
  warnings: 'Warnings',
};
