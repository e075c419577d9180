import type { Database } from '../database/database.ts';
import { isRunningSql } from './status-sql.ts';

/**
 * Ends every lease, for the process that has just opened an embedded database: no other one can hold a sync there, so
 * there is nothing to wait for, whatever the clock said when the lease was written.
 */
export async function endLeases({ kind, system }: Pick<Database, 'kind' | 'system'>): Promise<void> {
  if (kind !== 'embedded') throw new Error('On a server, other processes hold leases of their own.');
  await system.execute(
    `UPDATE project_sync SET lease_until = least(lease_until, now() - interval '1 second') WHERE ${isRunningSql()}`,
  );
}
