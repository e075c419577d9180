import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DbError } from '../db-error.ts';

/**
 * Holds a data folder for this process alone. Two PGlite processes on one folder lose acknowledged commits without a
 * word, so nobody opens it without this. The lock is SQLite's lock on a file: the operating system lets go of it
 * when the process ends, however it ends, so there is nothing to steal and nothing stale.
 */
export function lockDataDir(dataDir: string): Disposable {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new DbError(
      'DATA_DIR_NOT_WRITABLE',
      `The data folder ${dataDir} cannot be made; name another in DATA_DIR.`,
      { cause },
    );
  }
  const ownerFile = join(dataDir, 'owner.pid');
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(join(dataDir, 'owner.lock'));
  } catch (cause) {
    throw new DbError(
      'DATA_DIR_NOT_WRITABLE',
      `The data folder ${dataDir} cannot be written; name another in DATA_DIR.`,
      { cause },
    );
  }
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    writeFileSync(ownerFile, String(process.pid));
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Error) || !/locked|busy/i.test(cause.message)) {
      throw new DbError(
        'DATA_DIR_NOT_WRITABLE',
        `The data folder ${dataDir} cannot be written; name another in DATA_DIR.`,
        { cause },
      );
    }
    throw new DbError(
      'DATA_DIR_IN_USE',
      `The data folder ${dataDir} is in use by process ${ownerOf(ownerFile)}. Stop it, or name another folder in DATA_DIR.`,
      { cause },
    );
  }
  return { [Symbol.dispose]: () => lock.close() };
}

function ownerOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}
