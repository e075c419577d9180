import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { placeIn } from '#lib/place/place.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const SyncPage = graphql(
  `
    fragment SyncPage on ProjectSyncConnection @_unmask {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...SyncRow
      }
    }
  `,
  [SyncRow],
);

const HistoryQuery = graphql(
  `
    query History(
      $slug: String!
      $repository: ID = ""
      $branch: String
      $here: Boolean = false
      $first: Int!
      $after: String
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        syncs(first: $first, after: $after) @skip(if: $here) {
          ...SyncPage
        }
      }
      node(id: $repository) @include(if: $here) {
        __typename
        id
        ... on Repository {
          syncs(branch: $branch, first: $first, after: $after) {
            ...SyncPage
          }
        }
      }
    }
  `,
  [SyncPage],
);

/** The syncs of the page's branch, or those of the whole project. */
export const load: PageLoad = async (event) => {
  const { searchParams } = event.url;
  const { shell, kept } = await event.parent();
  const place = placeIn(event.url);
  const all = searchParams.get('of') === 'all';
  const repository = place.repository ?? shell.repositories.nodes[0]?.id;
  const here = !all && repository !== undefined && kept !== null;
  const { data, operation } = await loadQuery(event, HistoryQuery, {
    slug: event.params.slug,
    repository: repository ?? '',
    branch: kept?.name ?? null,
    here,
    first: 50,
    after: searchParams.get('after'),
  });
  const node = data.node?.__typename === 'Repository' ? data.node : null;
  const syncs = projectOf((here ? node?.syncs : data.project?.syncs) ?? null);
  return { syncs, here: here ? kept.name : null, operation };
};
