import { loadPlace } from '#lib/place/load-place.ts';
import type { LayoutLoad } from './$types';

/** The project and the place, read once for all of its pages. */
export const load: LayoutLoad = async (event) => {
  const { project, branch, past } = await loadPlace(event, event.params.slug);
  return { shell: project, kept: branch, past };
};
