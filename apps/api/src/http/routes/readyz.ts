import {
  describeSchemaState,
  isDatabaseAway,
  isServable,
  readSchemaState,
  type Database,
  type SchemaState,
} from '@project-sync/db';
import { coalesce } from '../../auth/coalesce.ts';
import type { Site } from '../site.ts';
import { sendText, type Handler } from '../respond.ts';

/**
 * `/readyz`: the database answers and has this version's migrations. A database that a newer version has migrated is
 * fine, so that old processes keep serving during a rolling upgrade. It reads the ledger alone, without the migrator's
 * lock, so it answers while a migration runs.
 */
export function readyz(database: Pick<Database, 'system'>, site: Site['state']): Handler {
  // Anyone may ask, any number of times: probes that come meanwhile share one reading.
  const read = coalesce(() => readSchemaState(database));
  return async (_request, response) => {
    if (site.isDraining) return sendText(response, 503, 'The server is stopping.');
    let state: SchemaState;
    try {
      state = await read('');
    } catch (error) {
      return sendText(response, 503, failure(error));
    }
    return isServable(state)
      ? sendText(response, 200, 'ready')
      : sendText(response, 503, describeSchemaState(state));
  };
}

/** The probe is open to anyone, so it says no more of an unexpected error than that it is one. */
function failure(error: unknown): string {
  return isDatabaseAway(error)
    ? 'The database does not answer.'
    : 'The database answers, but its list of migrations cannot be read. Check the rights of the role in DATABASE_URL.';
}
