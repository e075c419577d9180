import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

let isReading = false;
let again = false;

/**
 * Reads the page's data again. What is being read already, for a page that is on its way or for an earlier call, may have been
 * read before the change, and the client sends no second request beside the first: it is then read once more afterwards.
 * Waiting for a navigation here could take for ever, for one that another overtakes may never end.
 */
export async function refreshPage(): Promise<void> {
  again ||= isReading || navigating.to !== null;
  if (isReading) return;
  isReading = true;
  try {
    await invalidate('app:page');
  } finally {
    isReading = false;
  }
  if (navigating.to === null) refreshArrived();
}

/** To be called when a page has arrived. */
export function refreshArrived(): void {
  if (!again) return;
  again = false;
  void refreshPage();
}
