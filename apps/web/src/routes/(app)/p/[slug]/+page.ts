import { loadKeptBranch } from '#lib/branches/load-kept-branch.ts';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { placeIn } from '#lib/place/place.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const OverviewQuery = graphql(
  `
    query Overview($slug: String!, $sync: ID = "", $kept: Boolean = false) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
        description
        syncs(first: 6) {
          nodes {
            ...SyncRow
          }
        }
        documents(first: 1) {
          totalCount
        }
      }
      current: node(id: $sync) @include(if: $kept) {
        __typename
        id
        ... on ProjectSync {
          ...SyncRow
        }
      }
    }
  `,
  [Shell, SyncRow],
);

export const load: PageLoad = async (event) => {
  const { slug } = event.params;
  const place = placeIn(event.url);
  const named = await loadKeptBranch(event, slug, place);
  // The overview shows the default branch also before its first sync: that is where it is started.
  const kept = place.branch === null && named?.isDefault === false ? null : named;
  const { data, operation } = await loadQuery(event, OverviewQuery, {
    slug,
    sync: kept?.syncId ?? '',
    kept: kept?.syncId != null,
  });
  const project = projectOf(data.project);
  const current = data.current?.__typename === 'ProjectSync' ? data.current : null;
  return { project, shell: project, current, syncCount: kept?.syncCount ?? 0, operation };
};
