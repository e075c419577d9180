import { graphql } from '#lib/graphql/graphql.ts';

/** Removes a repository from its project, with everything stored of it. */
export const RemoveRepository = graphql(`
  mutation RemoveRepository($input: RemoveRepositoryInput!) {
    result: removeRepository(input: $input) {
      __typename
      ... on RemoveRepositorySuccess {
        repositoryId
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

/** Removes a kept branch with its history. */
export const RemoveBranch = graphql(`
  mutation RemoveBranch($input: RemoveBranchInput!) {
    result: removeBranch(input: $input) {
      __typename
      ... on RemoveBranchSuccess {
        branchId
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

/** The kept branches of a repository, a page at a time, and the number of its syncs. */
export const KeptBranchesQuery = graphql(`
  query KeptBranches($repositoryId: ID!, $after: String) {
    node(id: $repositoryId) {
      __typename
      id
      ... on Repository {
        syncs(first: 0) {
          totalCount
        }
        keptBranches(first: 100, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            __typename
            id
            name
            syncCount
            lastSync {
              __typename
              id
              completedAt
              queuedAt
              stats {
                filesTotal
              }
            }
          }
        }
      }
    }
  }
`);
