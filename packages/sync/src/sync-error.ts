/** The known failures of a source or a sync. Programs branch on these codes, so they are never renamed. */
export type SyncErrorCode =
  | 'INVALID_URL'
  | 'HOST_NOT_ALLOWED'
  | 'PATH_NOT_ALLOWED'
  | 'REPOSITORY_NOT_FOUND'
  | 'BRANCH_NOT_FOUND'
  | 'REPOSITORY_EMPTY'
  | 'BRANCH_PINNED'
  | 'REPOSITORY_TOO_LARGE'
  | 'AUTHENTICATION_FAILED'
  | 'PERMISSION_DENIED'
  | 'RATE_LIMITED'
  | 'SOURCE_UNAVAILABLE'
  | 'SOURCE_TIMEOUT'
  | 'SOURCE_INVALID_RESPONSE'
  | 'CONTENT_UNVERIFIED'
  | 'OBJECT_MISSING'
  | 'PHASE_TIMEOUT'
  | 'SYNC_SET_ASIDE'
  | 'LEASE_LOST'
  | 'CANCELLED'
  | 'STORE_UNAVAILABLE'
  | 'STORE_READ_ONLY'
  | 'STORE_FULL'
  | 'INTERNAL';

/** The package's one error class: a stable code, a message with the remedy, and whether a retry can help. */
export class SyncError extends Error {
  readonly code: SyncErrorCode;
  readonly retryable: boolean;
  /** The path or ref it happened at, for display. */
  readonly subject: string | null;

  constructor(
    code: SyncErrorCode,
    message: string,
    options: { retryable?: boolean; subject?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'SyncError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.subject = options.subject ?? null;
  }
}
