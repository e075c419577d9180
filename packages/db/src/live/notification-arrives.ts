import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';

/**
 * Sends a notification the way writers do and waits for it the way readers do. False where a pooler stands between: it lends
 * its connections, so that none can listen.
 */
export async function notificationArrives(
  database: Pick<Database, 'listen' | 'system'>,
  withinMs: number,
): Promise<boolean> {
  const channel = `project_sync_check_${randomUUID().replaceAll('-', '')}`;
  const arrived = Promise.withResolvers<boolean>();
  const stop = await database.listen(channel, () => arrived.resolve(true));
  const timer = setTimeout(() => arrived.resolve(false), withinMs);
  try {
    await database.system.query('SELECT pg_notify($1, $2)', [channel, 'check']);
    return await arrived.promise;
  } finally {
    clearTimeout(timer);
    await stop();
  }
}
