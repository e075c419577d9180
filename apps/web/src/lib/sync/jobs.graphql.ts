import { graphql } from '#lib/graphql/graphql.ts';

/** Pauses the waiting syncs of a project, or runs them again. */
export const SetSyncsPaused = graphql(`
  mutation SetSyncsPaused($input: SetSyncsPausedInput!) {
    result: setSyncsPaused(input: $input) {
      __typename
      ... on SetSyncsPausedSuccess {
        project {
          __typename
          id
          syncsPausedAt
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);
