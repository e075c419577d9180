import { missingMigrations, type Database } from '@project-sync/db';
import type { Site } from '../site.ts';
import { sendText, type Handler } from '../respond.ts';

/**
 * `/readyz`: the database answers and has this version's migrations. A database that a newer version has migrated is
 * fine, so that old processes keep serving during a rolling upgrade.
 */
export function readyz(database: Pick<Database, 'system'>, state: Site['state']): Handler {
  return async (_request, response) => {
    if (state.isDraining) return sendText(response, 503, 'The server is stopping.');
    let missing: readonly string[];
    try {
      missing = await missingMigrations(database);
    } catch {
      return sendText(response, 503, 'The database does not answer.');
    }
    if (missing.length === 0) return sendText(response, 200, 'ready');
    return sendText(response, 503, `The database lacks migrations of this version: ${missing.join(', ')}.`);
  };
}
