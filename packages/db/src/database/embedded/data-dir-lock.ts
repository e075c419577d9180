import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DbError } from '../db-error.ts';
import { closeToOthers } from './close-to-others.ts';

/**
 * Locks a data folder for this process. Two PGlite processes on one folder silently lose acknowledged commits, so every
 * opener takes this lock. It is SQLite's lock on a file, which the operating system releases when the process ends in
 * any way, so a lock is never stale.
 */
export function lockDataDir(dataDir: string): Disposable {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new DbError(
      'DATA_DIR_NOT_WRITABLE',
      `The data folder ${dataDir} cannot be created. Set DATA_DIR to another folder.`,
      { cause },
    );
  }
  closeToOthers(dataDir);
  const ownerFile = join(dataDir, 'owner.pid');
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(join(dataDir, 'owner.lock'));
  } catch (cause) {
    throw new DbError(
      'DATA_DIR_NOT_WRITABLE',
      `The data folder ${dataDir} is not writable. Set DATA_DIR to another folder.`,
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
        `The data folder ${dataDir} is not writable. Set DATA_DIR to another folder.`,
        { cause },
      );
    }
    throw new DbError(
      'DATA_DIR_IN_USE',
      `The data folder ${dataDir} is in use by process ${ownerOf(ownerFile)}. Stop it, or set DATA_DIR to another folder.`,
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
