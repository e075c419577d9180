import { graphql } from '#lib/graphql/graphql.ts';

/** Embeds every passage that has no vector yet. */
export const RefreshEmbeddings = graphql(`
  mutation RefreshEmbeddings($input: RefreshEmbeddingsInput!) {
    result: refreshEmbeddings(input: $input) {
      __typename
      ... on RefreshEmbeddingsSuccess {
        project {
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

/** Removes the project for every member. */
export const RemoveProject = graphql(`
  mutation RemoveProject($input: RemoveProjectInput!) {
    result: removeProject(input: $input) {
      __typename
      ... on RemoveProjectSuccess {
        projectId
      }
      ... on Error {
        code
        message
      }
    }
  }
`);
