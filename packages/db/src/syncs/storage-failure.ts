import { SyncError } from '@project-sync/sync';
import { isConnectionLoss } from '../database/connection-loss.ts';

/** Translates an error of the database to the failure that a sync reports; null for any other error. */
export function storageFailure(error: unknown): SyncError | null {
  if (!(error instanceof Error)) return null;
  const code: unknown = Reflect.get(error, 'code');
  const options = { retryable: true, cause: error };
  if (code === '53100' || code === 'ENOSPC')
    return new SyncError('STORE_FULL', 'The disk is full. Free some space and try again.', options);
  if (code === '25006')
    return new SyncError(
      'STORE_READ_ONLY',
      'The database is read-only. Try again when it accepts writes.',
      options,
    );
  if (isConnectionLoss(error))
    return new SyncError('STORE_UNAVAILABLE', 'The database did not answer. Try again.', options);
  return null;
}
