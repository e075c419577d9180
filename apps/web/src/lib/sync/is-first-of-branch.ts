/**
 * Whether a sync left the first state of its branch: all of its files are new to the branch. Its counters compare it
 * with another branch that was stored already, which no list of its changes does, so they are not shown.
 */
export function isFirstOfBranch(sync: { previous: object | null; snapshot: object | null }): boolean {
  return sync.snapshot !== null && sync.previous === null;
}
