import { graphql } from '../graphql/graphql.ts';

/** A page of the branches that are stored of a repository. The query declares `$query` and `$after`. */
export const KeptBranches = graphql(`
  fragment KeptBranches on Repository @_unmask {
    __typename
    id
    defaultBranch
    keptBranches(query: $query, first: 100, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        __typename
        id
        name
        syncCount
        pin {
          id
          pinnedAt
          reason
          sync {
            __typename
            id
            number
          }
          pinnedBy {
            __typename
            id
            name
          }
        }
        lastSync {
          __typename
          id
        }
      }
    }
  }
`);
