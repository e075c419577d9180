import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const JobsQuery = graphql(
  `
    query Jobs($slug: String!) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        syncsPausedAt
        queue: syncs(status: [QUEUED, RUNNING], orderBy: OLDEST_FIRST, first: 100) {
          totalCount
          nodes {
            ...SyncRow
          }
        }
        failed: syncs(status: [FAILED], first: 20) {
          totalCount
          nodes {
            ...SyncRow
          }
        }
        syncFigures(newest: 200, status: [COMPLETED]) {
          syncId
          seconds
        }
      }
    }
  `,
  [SyncRow],
);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, JobsQuery, { slug: event.params.slug });
  return { project: projectOf(data.project), operation };
};
