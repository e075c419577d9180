import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { getPriority, setPriority } from 'node:os';

/** Ten steps lower, a thread gets a tenth of the time of one that answers a request, where both want it. */
const STEPS = 10;
const LOWEST = 19;

/** The priority of what gives way to a thread or process of a given priority. */
export function priorityBelow(priority: number): number {
  return Math.min(LOWEST, priority + STEPS);
}

/**
 * Lowers the priority of the calling thread alone, so that what it computes takes no time from the threads that answer and
 * from the database's. Linux gives each thread a priority of its own; elsewhere it stays as it is.
 */
export function giveWay(): void {
  try {
    // The number of the thread: `process.pid` is that of the whole process, which would all be slowed.
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, priorityBelow(getPriority(thread)));
  } catch {
    // No Linux, or a container without /proc.
  }
}
