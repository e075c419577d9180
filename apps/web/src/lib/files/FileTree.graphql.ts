import { graphql } from '../graphql/graphql.ts';

/** The entries of one folder. */
export const FolderQuery = graphql(`
  query Folder($sync: ID!, $path: String!) {
    node(id: $sync) {
      __typename
      id
      ... on ProjectSync {
        snapshot {
          tree(path: $path) {
            kind
            name
            path
          }
        }
      }
    }
  }
`);
