import { error } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** An address that leads nowhere is answered inside the app, from where every page can be reached. */
export const load: PageLoad = () => error(404, { code: 'NOT_FOUND', message: '' });
