import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

let again = false;

/**
 * Reads the page's data again. A page that is on its way may have been read before the change, so it is read once more
 * when it arrives. Waiting for it here could take for ever: a navigation that another one overtakes may never end.
 */
export async function refreshPage(): Promise<void> {
  again ||= navigating.to !== null;
  await invalidate('app:page');
}

/** To be called when a page has arrived. */
export function refreshArrived(): void {
  if (!again) return;
  again = false;
  void invalidate('app:page');
}
