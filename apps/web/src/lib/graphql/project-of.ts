import { error } from '@sveltejs/kit';

/** The project of a page's answer; a page of one that is gone, or was never ours, says so. */
export function projectOf<Project>(project: Project | null): Project {
  if (project === null) throw error(404, { code: 'NOT_FOUND', message: '' });
  return project;
}
