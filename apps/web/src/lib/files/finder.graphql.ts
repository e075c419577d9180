import { graphql } from '../graphql/graphql.ts';

/** Every path of a snapshot, for the finder. */
export const PathsQuery = graphql(`
  query Paths($sync: ID!) {
    node(id: $sync) {
      __typename
      id
      ... on ProjectSync {
        snapshot {
          paths
        }
      }
    }
  }
`);
