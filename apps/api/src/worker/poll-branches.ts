import { branchesToPoll, startSync } from '@project-sync/db';
import type { Application } from '../compose.ts';
import { traceParent } from '../telemetry/trace-parent.ts';
import { traced } from '../telemetry/traced.ts';

/** The shortest interval that a repository can have. */
const MINUTE = 60_000;

/**
 * Starts a sync of each stored branch whose turn it is. An unchanged branch costs one request to its source. A repository
 * can have an interval of its own, so each minute is looked at even where the server polls nothing.
 */
export function startPolling({ configuration, database, services, log }: Application): () => void {
  if (configuration.ROLE === 'api') return () => undefined;
  const poll = async (): Promise<void> => {
    for (const branch of await branchesToPoll(database, configuration.SYNC_POLL_MINUTES)) {
      await startSync(database, services.jobs, {
        projectId: branch.projectId,
        repositoryId: branch.repositoryId,
        branch: branch.name,
        trigger: 'SCHEDULE',
        full: false,
        restoredFromId: null,
        requestedBy: null,
        traceParent: traceParent(),
      });
    }
  };
  const timer = setInterval(
    () =>
      void traced('poll', {}, poll).catch((error: unknown) =>
        log.error({ error }, 'Branches could not be polled.'),
      ),
    MINUTE,
  );
  return () => clearInterval(timer);
}
