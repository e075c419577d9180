import { startSync } from '@project-sync/db';
import type { Application } from '../compose.ts';
import { traceParent } from '../telemetry/trace-parent.ts';
import { traced } from '../telemetry/traced.ts';

/** Starts a sync of every kept branch at an interval. An unchanged branch costs one request to its source. */
export function startPolling({ configuration, database, services, log }: Application): () => void {
  const minutes = configuration.SYNC_POLL_MINUTES;
  if (minutes === 0 || configuration.ROLE === 'api') return () => undefined;
  const poll = async (): Promise<void> => {
    const branches = await database.prisma.branch.findMany({
      where: {
        head: { gt: 0 },
        removedAt: null,
        goneAt: null,
        pinnedAt: null,
        repository: { removedAt: null, project: { removedAt: null } },
      },
      select: { projectId: true, repositoryId: true, name: true },
    });
    for (const { projectId, repositoryId, name } of branches) {
      await startSync(database, services.jobs, {
        projectId,
        repositoryId,
        branch: name,
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
    minutes * 60_000,
  );
  return () => clearInterval(timer);
}
