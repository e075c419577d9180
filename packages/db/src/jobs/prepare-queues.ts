import type { Database } from '../database/database.ts';
import { REMOVE_QUEUE } from '../removal/request-removal.ts';
import { EMBED_QUEUE, SYNC_QUEUE } from '@project-sync/sync';
import { openJobs } from './open-jobs.ts';

/** The queues that every process works with. */
export const queues = [SYNC_QUEUE, EMBED_QUEUE, REMOVE_QUEUE] as const;

/** Makes the tables of the queues, so that the role that migrates owns them, and not the one that serves. */
export async function prepareQueues(database: Database): Promise<void> {
  let failure: Error | null = null;
  const jobs = await openJobs(database, queues, (error) => {
    failure = error;
  });
  await jobs.stop();
  if (failure !== null) throw failure;
}
