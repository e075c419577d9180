import { forgetExpired } from '@project-sync/db';
import type { Application } from '../compose.ts';

const EVERY_MS = 60 * 60_000;

/** Deletes at the start and every hour what has expired: sessions, links, and entries of the audit log by its policy. */
export function startForgetting({ configuration, database, log }: Application): () => void {
  const forget = (): void =>
    void forgetExpired(database, configuration.AUDIT_KEEP_DAYS).catch((error: unknown) =>
      log.error({ error }, 'What has expired could not be deleted.'),
    );
  forget();
  const timer = setInterval(forget, EVERY_MS);
  return () => clearInterval(timer);
}
