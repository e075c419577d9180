import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const OverviewQuery = graphql(
  `
    query Overview($slug: String!) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
        description
        repositories(first: 20) {
          nodes {
            __typename
            id
            provider
            url
            name
            defaultBranch
          }
        }
        syncs(first: 6) {
          nodes {
            ...SyncRow
          }
        }
        finalized: syncs(status: [COMPLETED], first: 20) {
          nodes {
            ...SyncRow
          }
        }
        documents(first: 1) {
          totalCount
        }
      }
    }
  `,
  [Shell, SyncRow],
);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, OverviewQuery, { slug: event.params.slug });
  const project = projectOf(data.project);
  return { project, shell: project, operation };
};
