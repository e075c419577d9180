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
  // A deadlock, a conflict or a lock that was not free in time: the same work succeeds a moment later.
  if (code === '40P01' || code === '40001' || code === '55P03')
    return new SyncError('STORE_UNAVAILABLE', 'The database was busy. Try again.', options);
  if (isConnectionLoss(error))
    return new SyncError('STORE_UNAVAILABLE', 'The database did not answer. Try again.', options);
  return null;
}
