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

/** Changes the name and the description of the project. */
export const UpdateProject = graphql(`
  mutation UpdateProject($input: UpdateProjectInput!) {
    result: updateProject(input: $input) {
      __typename
      ... on UpdateProjectSuccess {
        project {
          __typename
          id
          name
          description
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
