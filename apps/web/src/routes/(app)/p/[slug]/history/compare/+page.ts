import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const CompareQuery = graphql(
  `
    query Compare($slug: String!, $from: ID!, $to: ID!, $after: String) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
      }
      from: node(id: $from) {
        __typename
        id
        ... on ProjectSync {
          ...SyncRow
        }
      }
      to: node(id: $to) {
        __typename
        id
        ... on ProjectSync {
          ...SyncRow
          snapshot {
            commitOid
            changesSince(syncId: $from, first: 100, after: $after) {
              totalCount
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                kind
                path
                previousPath
              }
            }
          }
        }
      }
    }
  `,
  [Shell, SyncRow],
);

export const load: PageLoad = async (event) => {
  const { searchParams } = event.url;
  const from = searchParams.get('from') ?? '';
  const to = searchParams.get('to') ?? '';
  const { data, operation } = await loadQuery(event, CompareQuery, {
    slug: event.params.slug,
    from,
    to,
    after: searchParams.get('after'),
  });
  return {
    shell: projectOf(data.project),
    from: projectOf(data.from?.__typename === 'ProjectSync' ? data.from : null),
    to: projectOf(data.to?.__typename === 'ProjectSync' ? data.to : null),
    operation,
  };
};
