import { graphql, type ResultOf } from '../graphql/graphql.ts';
import { FoundHit } from './search.graphql.ts';

/** The projects that a search across them asks, with the repository that an address leaves out. */
export const SearchedProjectsQuery = graphql(`
  query SearchedProjects {
    viewer {
      id
    }
    projects(first: 50) {
      totalCount
      nodes {
        __typename
        id
        slug
        name
        repositories(first: 1) {
          totalCount
          nodes {
            id
          }
        }
      }
    }
  }
`);
export type SearchedProject = ResultOf<typeof SearchedProjectsQuery>['projects']['nodes'][number];

/** The first hits of one project among several. */
export const SearchAcrossQuery = graphql(
  `
    query SearchAcross($slug: String!, $query: String!) {
      project(slug: $slug) {
        id
        search(query: $query, first: 3) {
          totalCount
          isTotalExact
          nearestOnly
          nodes {
            ...FoundHit
          }
        }
      }
    }
  `,
  [FoundHit],
);
export type FoundInProject = NonNullable<
  NonNullable<ResultOf<typeof SearchAcrossQuery>['project']>['search']
>;
