/** The part of a sync that its place in the queue depends on. */
interface Queued {
  id: string;
  branch: string;
  status: string;
  queuedAt: string;
  repository: { id: string };
}

/** The sync to follow among the active ones: that of the shown branch, else one that runs, else the first to run. */
export function syncToFollow<Sync extends Queued>(
  active: readonly Sync[],
  shown: { repository: string | undefined; branch: string },
): Sync | null {
  const here = active.find((sync) => sync.branch === shown.branch && sync.repository.id === shown.repository);
  return here ?? active.find(({ status }) => status === 'RUNNING') ?? inOrder(active)[0] ?? null;
}

/** The number of syncs that run and wait, and the place of one among those that wait; null if it does not wait. */
export function queueOf(
  active: readonly Queued[],
  id: string,
): { running: number; waiting: number; place: number | null } {
  const waiting = inOrder(active.filter(({ status }) => status === 'QUEUED'));
  const at = waiting.findIndex((sync) => sync.id === id);
  return {
    running: active.filter(({ status }) => status === 'RUNNING').length,
    waiting: waiting.length,
    place: at < 0 ? null : at + 1,
  };
}

function inOrder<Sync extends Queued>(syncs: readonly Sync[]): Sync[] {
  return syncs.toSorted((a, b) => a.queuedAt.localeCompare(b.queuedAt));
}
