import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setPriority } from 'node:os';

/** Of nineteen steps down. At ten a thread gets a tenth of what it would get beside one that answers a request. */
export const BACKGROUND_PRIORITY = 10;

/**
 * Lowers the priority of the calling thread alone, so that what it computes takes no time from the threads that answer and
 * from the database's. Linux gives each thread a priority of its own; elsewhere it stays as it is.
 */
export function giveWay(priority = BACKGROUND_PRIORITY): void {
  try {
    // The number of the thread: `process.pid` is that of the whole process, which would all be slowed.
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), priority);
  } catch {
    // No Linux, or a container without /proc.
  }
}
