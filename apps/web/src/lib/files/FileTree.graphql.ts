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

/** The sizes of a folder's files, and the syncs that brought them as they are. */
export const FolderFactsQuery = graphql(`
  query FolderFacts($sync: ID!, $path: String!) {
    node(id: $sync) {
      __typename
      id
      ... on ProjectSync {
        snapshot {
          tree(path: $path) {
            path
            file {
              id
              size
              addedBy {
                id
                number
                queuedAt
                commitMessage
              }
            }
          }
        }
      }
    }
  }
`);
