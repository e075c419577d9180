import { writeFile } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Five steps lower, a process gets a third of the time of the server, where both want it. */
const STEPS = 5;
const LOWEST = 19;

/** The priority of what gives way to a process of a given priority. */
export function priorityBelow(priority: number): number {
  return Math.min(LOWEST, priority + STEPS);
}

/**
 * Lowers the priority of a process that was just started, and of all it starts. A process group of its own is a session of
 * its own, to which Linux may give as much time as to the whole server: its share is lowered too, where there is one.
 */
export function giveWay(pid: number): void {
  const priority = priorityBelow(getPriority());
  try {
    setPriority(pid, priority);
  } catch {
    // It has ended already, or its priority may not be changed.
    return;
  }
  if (process.platform === 'linux') writeFile(`/proc/${pid}/autogroup`, String(priority), () => undefined);
}
