/** Every way in which a source or a sync is known to fail. Programs branch on these; they are never renamed. */
export type SyncErrorCode =
  | 'INVALID_URL'
  | 'HOST_NOT_ALLOWED'
  | 'PATH_NOT_ALLOWED'
  | 'REPOSITORY_NOT_FOUND'
  | 'BRANCH_NOT_FOUND'
  | 'REPOSITORY_EMPTY'
  | 'AUTHENTICATION_FAILED'
  | 'PERMISSION_DENIED'
  | 'RATE_LIMITED'
  | 'SOURCE_UNAVAILABLE'
  | 'SOURCE_TIMEOUT'
  | 'SOURCE_INVALID_RESPONSE'
  | 'CONTENT_UNVERIFIED'
  | 'OBJECT_MISSING'
  | 'PHASE_TIMEOUT'
  | 'LEASE_LOST'
  | 'CANCELLED'
  | 'STORE_UNAVAILABLE'
  | 'STORE_READ_ONLY'
  | 'STORE_FULL'
  | 'INTERNAL';

/** The room's one error: a stable code, a sentence with the remedy, and whether trying again can help. */
export class SyncError extends Error {
  readonly code: SyncErrorCode;
  readonly retryable: boolean;
  /** The path or ref that it happened at, as shown to people. */
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
