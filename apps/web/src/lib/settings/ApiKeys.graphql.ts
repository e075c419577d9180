import { graphql } from '#lib/graphql/graphql.ts';

/** One row of the list of API keys. */
export const KeyRow = graphql(`
  fragment KeyRow on ApiKey {
    __typename
    id
    name
    prefix
    scopes
    createdAt
    expiresAt
    lastUsedAt
  }
`);

/** Creates a key. Its secret is in this answer only. */
export const CreateKey = graphql(
  `
    mutation CreateApiKey($input: CreateApiKeyInput!) {
      result: createApiKey(input: $input) {
        __typename
        ... on CreateApiKeySuccess {
          key
          apiKey {
            ...KeyRow
          }
        }
        ... on Error {
          code
          message
        }
      }
    }
  `,
  [KeyRow],
);

/** Revokes a key. */
export const RevokeKey = graphql(`
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    result: revokeApiKey(input: $input) {
      __typename
      ... on RevokeApiKeySuccess {
        apiKey {
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
