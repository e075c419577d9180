/** The known reasons why a database cannot be used. Programs branch on these codes. */
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
  | 'BACKUP_FILE_EXISTS'
  | 'BACKUP_DAMAGED'
  | 'BACKUP_UNSUITABLE'
  | 'RESTORE_NOT_EMPTY'
  | 'PROJECT_UNKNOWN'
  | 'OUTSIDE_PROJECT'
  | 'PATTERN_TIMED_OUT';

/** The error of this package: the problem with the database, and its remedy. */
export class DbError extends Error {
  readonly code: DbErrorCode;

  constructor(code: DbErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DbError';
    this.code = code;
  }
}
