import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

let readings = 0;
let again = false;

/**
 * Reads the page's data again. A page that is on its way may have been read before the change, so it is read once more
 * when it arrives. Waiting for it here could take for ever: a navigation that another one overtakes may never end.
 */
export async function refreshPage(): Promise<void> {
  again ||= navigating.to !== null;
  readings += 1;
  try {
    await invalidate('app:page');
  } finally {
    readings -= 1;
  }
  if (readings === 0 && navigating.to === null) refreshArrived();
}

/**
 * The same after a sync, which may begin and end while the page is read for another reason: the client sends no second request
 * beside the first, whose answer may be older than the end, so the page is read once more afterwards.
 */
export async function refreshAfterSync(): Promise<void> {
  again ||= readings > 0;
  await refreshPage();
}

/** To be called when a page has arrived. */
export function refreshArrived(): void {
  if (!again) return;
  again = false;
  void refreshPage();
}
