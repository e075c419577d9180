import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

/**
 * Reads the page's data again. A navigation that is under way may have read its data before the change that asks for
 * this, and would show it in the end: it is waited for.
 */
export async function refreshPage(): Promise<void> {
  await navigating.complete?.catch(() => undefined);
  await invalidate('app:page');
}
