import { graphql } from '../graphql/graphql.ts';

/** A state of a branch with one place in it: the path is a file, a folder, or nothing. */
export const Place = graphql(`
  fragment Place on Snapshot @_unmask {
    __typename
    commitOid
    sync {
      __typename
      id
      branch
      queuedAt
      repository {
        id
        name
      }
    }
    root: tree {
      kind
      name
      path
    }
    folder: tree(path: $path) @include(if: $inside) {
      kind
      name
      path
    }
    file(path: $path) @include(if: $inside) {
      __typename
      id
      path
      oid
      mode
      size
      language
      isBinary
      skipReason
      text
      versions(first: 30) {
        totalCount
        nodes {
          __typename
          id
          oid
          size
          addedBy {
            id
            commitOid
            queuedAt
          }
          supersededBy {
            id
          }
        }
      }
    }
  }
`);

/** The children of one folder. */
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

/** Every path of a state, for the finder. */
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

/** The text of one version of a file. */
export const VersionQuery = graphql(`
  query Version($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on RepositoryFile {
        path
        text
        isBinary
      }
    }
  }
`);
