import { chargedTo, syncsOf } from '../database/account.ts';
import type { Database } from '../database/database.ts';
import { purge } from '../removal/purge.ts';
import { SyncsRunning } from '../removal/purge-orphans.ts';
import { REMOVE_QUEUE, type Removal } from '../removal/request-removal.ts';
import type { WordCounts } from '../search/word-counts.ts';
import type { Jobs } from './open-jobs.ts';

/** How long a purge waits for running syncs before it is tried again, in seconds. */
const RETRY_SECONDS = 30;

/** Handles the jobs that purge what owners removed. */
export async function purgeInBackground(options: {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly signal: AbortSignal;
  /** The counts of words that searches of this process remember: those of purged passages are void. */
  readonly counts?: WordCounts;
}): Promise<void> {
  const { database, jobs, signal, counts } = options;
  await jobs.work(REMOVE_QUEUE, 1, async (data) => {
    const removal = {
      projectId: String(data['projectId']),
      kind: kindOf(data['kind']),
      id: String(data['id']),
    };
    try {
      await purge(chargedTo(database, syncsOf(removal.projectId)), removal, signal);
    } catch (error) {
      if (!(error instanceof SyncsRunning)) throw error;
      await jobs.send(REMOVE_QUEUE, { ...removal }, { key: removal.id, afterSeconds: RETRY_SECONDS });
    } finally {
      counts?.forget(removal.projectId);
    }
  });
}

function kindOf(value: unknown): Removal['kind'] {
  if (value === 'project' || value === 'repository' || value === 'branch') return value;
  throw new Error('A removal job must name a project, a repository or a branch.');
}
