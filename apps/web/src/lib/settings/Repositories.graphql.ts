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
