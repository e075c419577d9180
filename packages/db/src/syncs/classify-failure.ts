import { SyncError } from '@project-sync/sync';
import { isConnectionLoss } from '../database/connection-loss.ts';

/** What a sync says of its failure. */
export interface KnownFailure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** Every error as a code, a sentence and whether trying again can help. */
export function knownFailure(error: unknown): KnownFailure {
  if (error instanceof SyncError)
    return { code: error.code, message: error.message, retryable: error.retryable };
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  if (code === '53100' || code === 'ENOSPC')
    return {
      code: 'STORE_FULL',
      message: 'The disk is full. Free some space and try again.',
      retryable: true,
    };
  if (code === '25006')
    return {
      code: 'STORE_READ_ONLY',
      message: 'The database takes no writes now. Try again when it does.',
      retryable: true,
    };
  if (error instanceof Error && isConnectionLoss(error))
    return { code: 'STORE_UNAVAILABLE', message: 'The database did not answer. Try again.', retryable: true };
  return {
    code: 'INTERNAL',
    message: 'Something unexpected went wrong. The log of the server has the details.',
    retryable: true,
  };
}
