import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import type { PageLoad } from './$types';

const ConnectQuery = graphql(`
  query Connect($slug: String!, $known: Boolean!) {
    viewer {
      id
    }
    instance {
      id
      localRepositories
    }
    project(slug: $slug) @include(if: $known) {
      id
      slug
      name
    }
  }
`);

export const load: PageLoad = async (event) => {
  const slug = event.url.searchParams.get('project');
  return loadQuery(event, ConnectQuery, { slug: slug ?? '', known: slug !== null });
};
