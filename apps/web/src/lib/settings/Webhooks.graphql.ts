import { graphql } from '#lib/graphql/graphql.ts';

const HookRow = graphql(`
  fragment HookRow on Webhook @_unmask {
    __typename
    id
    url
    events
    isActive
    offReason
    failures
  }
`);

/** The webhooks of a project, with their newest deliveries. */
export const WebhooksQuery = graphql(
  `
    query Webhooks($slug: String!) {
      project(slug: $slug) {
        id
        webhooks {
          ...HookRow
        }
        webhookDeliveries(first: 20) {
          totalCount
          nodes {
            __typename
            id
            event
            status
            attempts
            responseStatus
            durationMs
            failure
            createdAt
          }
        }
      }
    }
  `,
  [HookRow],
);

export const CreateWebhook = graphql(
  `
    mutation CreateWebhook($input: CreateWebhookInput!) {
      result: createWebhook(input: $input) {
        __typename
        ... on CreateWebhookSuccess {
          secret
          webhook {
            ...HookRow
          }
        }
        ... on Error {
          code
          message
        }
      }
    }
  `,
  [HookRow],
);

export const UpdateWebhook = graphql(
  `
    mutation UpdateWebhook($input: UpdateWebhookInput!) {
      result: updateWebhook(input: $input) {
        __typename
        ... on UpdateWebhookSuccess {
          webhook {
            ...HookRow
          }
        }
        ... on Error {
          code
          message
        }
      }
    }
  `,
  [HookRow],
);

export const RemoveWebhook = graphql(`
  mutation RemoveWebhook($input: RemoveWebhookInput!) {
    result: removeWebhook(input: $input) {
      __typename
      ... on RemoveWebhookSuccess {
        webhookId
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

export const RedeliverWebhook = graphql(`
  mutation RedeliverWebhook($input: RedeliverWebhookInput!) {
    result: redeliverWebhook(input: $input) {
      __typename
      ... on RedeliverWebhookSuccess {
        delivery {
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
