import type { Database } from '../database/database.ts';

/** The channel that announces the end of a key, a session or a membership to every process. */
export const REVOKED_CHANNEL = 'project_sync_revoked';

/** Announces that a key, or everything of a user, is no longer valid. `id` is that of the key or the user. */
export async function announceRevoked(database: Database, id: string): Promise<void> {
  await database.system.query('SELECT pg_notify($1, $2)', [REVOKED_CHANNEL, id]);
}
