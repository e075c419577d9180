import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { KeyRow } from '#lib/settings/ApiKeys.graphql.ts';
import type { PageLoad } from './$types';

const SettingsQuery = graphql(
  `
    query Settings($slug: String!) {
      viewer {
        id
        email
      }
      instance {
        embeddingModel
        pollMinutes
        pushAddress
        sendsMail
      }
      project(slug: $slug) {
        id
        name
        description
        mailNotices
        repositories(first: 100) {
          nodes {
            __typename
            id
            pollMinutes
            ignoreRules
            keptBranches(first: 50) {
              nodes {
                __typename
                id
                name
              }
            }
          }
        }
        invitations {
          id
          email
          role
          expiresAt
          invitedBy {
            __typename
            id
            name
          }
        }
        members {
          role
          user {
            __typename
            id
            name
            email
          }
        }
        apiKeys {
          ...KeyRow
        }
      }
    }
  `,
  [KeyRow],
);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, SettingsQuery, { slug: event.params.slug });
  const project = projectOf(data.project);
  return {
    project,
    viewerId: data.viewer?.id ?? '',
    viewerEmail: data.viewer?.email ?? '',
    instance: data.instance,
    operation,
  };
};
