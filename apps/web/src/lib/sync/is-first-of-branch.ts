interface Counted {
  filesAdded: number;
  filesModified: number;
  filesRemoved: number;
  filesRenamed: number;
}

/**
 * Whether a sync left the first state of its branch: all of its files are new to the branch. Its counters compare it
 * with another branch that was stored already, which no list of its changes does, so they are not shown. A list of
 * syncs does not ask for their snapshots; there a sync that counted nothing has found nothing new.
 */
export function isFirstOfBranch(sync: {
  isFirst: boolean;
  snapshot?: object | null;
  stats: Counted;
}): boolean {
  const { filesAdded, filesModified, filesRemoved, filesRenamed } = sync.stats;
  const hasState = sync.snapshot ?? filesAdded + filesModified + filesRemoved + filesRenamed > 0;
  return sync.isFirst && (sync.snapshot === null ? false : Boolean(hasState));
}
