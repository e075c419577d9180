import type { LayoutServerLoad } from './$types';

/** The chosen theme, from its cookie. */
export const load: LayoutServerLoad = ({ locals }) => ({ theme: locals.theme });
