import { graphql } from '#lib/graphql/graphql.ts';

/** Creates an invitation link to the project. */
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

/** Changes a member's role. */
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

/** Removes a member from the project. */
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
