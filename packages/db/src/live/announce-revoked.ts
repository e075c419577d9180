import type { Database } from '../database/database.ts';

/** The channel on which every process hears that a key, a session or a membership has ended. */
export const REVOKED_CHANNEL = 'project_sync_revoked';

/** Tells every process that what goes by this id has ended: a key's, or a person's. */
export async function announceRevoked(database: Database, id: string): Promise<void> {
  await database.system.query('SELECT pg_notify($1, $2)', [REVOKED_CHANNEL, id]);
}
