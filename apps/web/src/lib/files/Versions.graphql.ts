import { graphql } from '#lib/graphql/graphql.ts';

/** A file with its versions, newest first. */
export const FileVersions = graphql(`
  fragment FileVersions on RepositoryFile {
    id
    path
    versions(first: 30) {
      totalCount
      nodes {
        __typename
        id
        path
        oid
        size
        addedBy {
          id
          commitOid
          commitMessage
          commitAuthor
          queuedAt
        }
        supersededBy {
          id
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
