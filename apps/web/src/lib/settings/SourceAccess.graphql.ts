import { graphql } from '#lib/graphql/graphql.ts';

/** Asks a source whether it answers, with the stored token. */
export const TestSource = graphql(`
  query TestSource($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Repository {
        branches(first: 1) {
          totalCount
          nodes {
            id
            name
          }
        }
      }
    }
  }
`);

/** Connects a repository again, with a new token: the source is asked before it is stored. */
export const RenewToken = graphql(`
  mutation RenewToken($input: ConnectRepositoryInput!) {
    result: connectRepository(input: $input) {
      __typename
      ... on ConnectRepositorySuccess {
        repository {
          __typename
          id
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

/** Chooses the default branch, how often the repository is looked at, or rules about its paths. */
export const UpdateRepository = graphql(`
  mutation UpdateRepository($input: UpdateRepositoryInput!) {
    result: updateRepository(input: $input) {
      __typename
      ... on UpdateRepositorySuccess {
        repository {
          __typename
          id
          defaultBranch
          pollMinutes
          ignoreRules
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);
