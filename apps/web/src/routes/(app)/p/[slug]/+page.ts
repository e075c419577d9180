import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { placeIn } from '#lib/place/place.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const OverviewQuery = graphql(
  `
    query Overview($slug: String!, $sync: ID = "", $kept: Boolean = false) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
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
  [SyncRow],
);

export const load: PageLoad = async (event) => {
  const { slug } = event.params;
  const { kept: named, past } = await event.parent();
  const { branch } = placeIn(event.url);
  // The overview shows the default branch also before its first sync: that is where it is started.
  const kept = branch === null && named?.isDefault === false ? null : named;
  const sync = past?.id ?? kept?.syncId ?? null;
  const { data, operation } = await loadQuery(event, OverviewQuery, {
    slug,
    sync: sync ?? '',
    kept: sync !== null,
  });
  const current = data.current?.__typename === 'ProjectSync' ? data.current : null;
  return { project: projectOf(data.project), current, syncCount: kept?.syncCount ?? 0, operation };
};
