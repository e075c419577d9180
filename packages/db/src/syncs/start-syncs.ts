import { SyncError } from '@project-sync/sync';
import { recordAudits, type AuditOrigin } from '../audit/record-audit.ts';
import type { Database } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { startAllIn, type StartedSync, type SyncRequest } from './start-sync.ts';

/**
 * Starts several syncs that one caller asked for, and records each that started: all in one transaction. Each request has
 * its answer, in their order; one that is refused keeps no other from starting.
 */
export function startSyncs(
  database: Pick<Database, 'transaction'>,
  jobs: Pick<Jobs, 'sendAll'>,
  { requests, origin }: { readonly requests: readonly SyncRequest[]; readonly origin: AuditOrigin },
): Promise<(StartedSync | SyncError)[]> {
  return database.transaction(async (sql) => {
    const answers = await startAllIn(sql, jobs, requests);
    const started = requests.filter((_request, index) => !(answers[index] instanceof SyncError));
    await recordAudits(
      sql,
      started.map(({ projectId, repositoryId, branch, full }) => ({
        ...origin,
        projectId,
        action: 'startSync',
        subject: `${projectId}:${repositoryId}`,
        detail: { branch, full },
      })),
    );
    return answers;
  });
}
