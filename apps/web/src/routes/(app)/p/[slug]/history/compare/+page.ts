import { ChangedFile } from '#lib/files/ChangeList.graphql.ts';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const CompareQuery = graphql(
  `
    query Compare($from: ID!, $to: ID!) {
      viewer {
        id
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
            changesSince(syncId: $from, first: 100) {
              totalCount
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                ...ChangedFile
              }
            }
          }
        }
      }
    }
  `,
  [SyncRow, ChangedFile],
);

export const load: PageLoad = async (event) => {
  const { searchParams } = event.url;
  const from = searchParams.get('from') ?? '';
  const to = searchParams.get('to') ?? '';
  const { data, operation } = await loadQuery(event, CompareQuery, {
    from,
    to,
  });
  return {
    from: projectOf(data.from?.__typename === 'ProjectSync' ? data.from : null),
    to: projectOf(data.to?.__typename === 'ProjectSync' ? data.to : null),
    operation,
  };
};
