import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { NotesQuery } from '#lib/memory/Notes.graphql.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, NotesQuery, { slug: event.params.slug });
  return { notes: projectOf(data.project).notes, operation };
};
