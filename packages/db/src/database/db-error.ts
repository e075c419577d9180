/** Every way in which the database is known to be unusable. Programs branch on these. */
export type DbErrorCode =
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_NOT_WRITABLE'
  | 'DATA_VERSION_MISMATCH'
  | 'DATABASE_UNREACHABLE'
  | 'EXTENSION_MISSING'
  | 'MIGRATIONS_PENDING'
  | 'MIGRATIONS_NEWER'
  | 'MIGRATIONS_REFUSED'
  | 'DATABASE_CLOSED'
  | 'OUTSIDE_PROJECT';

/** The room's one error: what is wrong with the database, and the remedy. */
export class DbError extends Error {
  readonly code: DbErrorCode;

  constructor(code: DbErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DbError';
    this.code = code;
  }
}
