import { invalidate } from '$app/navigation';

/** Reads the page's data again. */
export async function refreshPage(): Promise<void> {
  await invalidate('app:page');
}
