import type { LayoutServerLoad } from './$types';

/** The chosen theme, which the cookie alone knows. */
export const load: LayoutServerLoad = ({ locals }) => ({ theme: locals.theme });
