import { forgetExpired } from '@project-sync/db';
import type { Application } from '../compose.ts';
import { removeUnusedMirrors } from './remove-unused-mirrors.ts';

const EVERY_MS = 60 * 60_000;

/**
 * Applies retention at the start and every hour: what has expired, uneventful syncs, steps of old ones, entries of the
 * audit log by its policy, and mirrors of repositories that were removed.
 */
export function startForgetting({ configuration, database, services, log }: Application): () => void {
  const days = { audit: configuration.AUDIT_KEEP_DAYS, syncs: configuration.SYNC_KEEP_DAYS };
  const forget = async (): Promise<void> => {
    const { syncs, events } = await forgetExpired(database, days);
    const mirrors = await removeUnusedMirrors({
      dataDir: configuration.DATA_DIR,
      database,
      seal: services.seal,
    });
    if (syncs + events + mirrors > 0)
      log.info({ event: 'retention', syncs, events, mirrors }, 'Old syncs, events and mirrors were removed.');
  };
  const run = (): void =>
    void forget().catch((error: unknown) => log.error({ error }, 'Retention could not be applied.'));
  run();
  const timer = setInterval(run, EVERY_MS);
  return () => clearInterval(timer);
}
