import { client } from '#lib/graphql/client.ts';
import { failureOf, type Failure } from '#lib/graphql/failure.ts';
import type { ResultOf } from '#lib/graphql/graphql.ts';
import { InsightsQuery } from './Insights.graphql.ts';

type Page = NonNullable<ResultOf<typeof InsightsQuery>['project']>['insights'];

/** Asks for the next page of the insights. */
export function moreInsights(
  slug: string,
  categories: string[] | null,
): (after: string) => Promise<Page | Failure> {
  return async (after) => {
    const { data, error } = await client().query(InsightsQuery, { slug, categories, after }).toPromise();
    if (error !== undefined) return failureOf(error);
    return data?.project?.insights ?? { code: 'EMPTY', message: '' };
  };
}
