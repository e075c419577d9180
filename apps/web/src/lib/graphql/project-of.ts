import { error } from '@sveltejs/kit';

/** The object that a page is about. If it does not exist, or is not the user's to see, the page says so. */
export function projectOf<Project>(project: Project | null): Project {
  if (project === null) throw error(404, { code: 'NOT_FOUND', message: '' });
  return project;
}
