import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { DbError } from '../db-error.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { PgliteThread } from './pglite-thread.ts';

/** The place of an embedded database. */
export interface EmbeddedPlace {
  /** Null for a database in memory. */
  readonly dataDir: string | null;
  /** A dump to start from, for tests. */
  readonly template?: Uint8Array;
  /** Threads of closed databases to take first and to give back, for tests: they have their code compiled. */
  readonly spare?: Worker[];
}

/** An embedded database whose thread is starting. */
export interface StartedEmbedded {
  readonly kind: 'started';
  readonly dataDir: string | null;
  readonly thread: Promise<PgliteThread>;
  /** Lets others open the folder. */
  unlock(): void;
}

/** The PostgreSQL version of PGlite. No other major version can read its files. */
const MAJOR_VERSION = '18';

/**
 * Locks the folder of an embedded database and starts its thread. It is a door of its own: a program that opens the database
 * next loads its other modules meanwhile.
 */
export function startEmbedded({ dataDir, template, spare }: EmbeddedPlace): StartedEmbedded {
  const lock = dataDir === null ? null : lockDataDir(dataDir);
  let isLocked = lock !== null;
  const unlock = (): void => {
    if (isLocked) lock?.[Symbol.dispose]();
    isLocked = false;
  };
  try {
    const folder = dataDir === null ? null : join(dataDir, 'database');
    if (folder !== null) refuseOtherVersion(folder);
    const thread = PgliteThread.start({ dataDir: folder, template: template ?? null }, spare ?? null);
    // It is awaited by what opens the database, which may come later than the failure.
    thread.catch(unlock);
    return { kind: 'started', dataDir, thread, unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

function refuseOtherVersion(folder: string): void {
  const file = join(folder, 'PG_VERSION');
  if (!existsSync(file)) return;
  const version = readFileSync(file, 'utf8').trim();
  if (version === MAJOR_VERSION) return;
  throw new DbError(
    'DATA_VERSION_MISMATCH',
    `The data in ${folder} was written by PostgreSQL ${version}, and this is ${MAJOR_VERSION}. Dump it with the version that wrote it and restore the dump here.`,
  );
}
