import { graphql } from '../graphql/graphql.ts';

/** A key as its list shows it. */
export const KeyRow = graphql(`
  fragment KeyRow on ApiKey @_unmask {
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

/** Makes a key; its secret comes once, in this answer. */
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

/** Ends a key. */
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

/** Lets somebody into the project by a link. */
export const InviteMember = graphql(`
  mutation InviteMember($input: InviteMemberInput!) {
    result: inviteMember(input: $input) {
      __typename
      ... on InviteMemberSuccess {
        link
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

/** Gives a member another role. */
export const SetMemberRole = graphql(`
  mutation SetMemberRole($input: SetMemberRoleInput!) {
    result: setMemberRole(input: $input) {
      __typename
      ... on SetMemberRoleSuccess {
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

/** Takes a member out of the project. */
export const RemoveMember = graphql(`
  mutation RemoveMember($input: RemoveMemberInput!) {
    result: removeMember(input: $input) {
      __typename
      ... on RemoveMemberSuccess {
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

/** Embeds what has no vector yet. */
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

/** Removes the project for everybody. */
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

/** Removes a repository from its project, with all that is kept of it. */
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

/** Removes what is kept of a branch, with its history. */
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
