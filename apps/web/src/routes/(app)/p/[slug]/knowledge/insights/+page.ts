import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { InsightsQuery } from '#lib/insights/Insights.graphql.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const category = event.url.searchParams.get('category');
  const categories = category === null ? null : [category];
  const { data, operation } = await loadQuery(event, InsightsQuery, { slug: event.params.slug, categories });
  return { insights: projectOf(data.project).insights, category, categories, operation };
};
