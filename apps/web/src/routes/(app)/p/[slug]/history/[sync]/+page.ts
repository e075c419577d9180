import { ChangedFile } from '#lib/files/ChangeList.graphql.ts';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { correctToSync } from '#lib/place/load-place.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const SyncQuery = graphql(
  `
    query SyncPage($sync: ID!) {
      viewer {
        id
      }
      node(id: $sync) {
        __typename
        id
        ... on ProjectSync {
          ...SyncRow
          snapshot {
            commitOid
          }
          next {
            id
            queuedAt
          }
          restoredFrom {
            id
            queuedAt
            commitOid
          }
          warnings {
            code
            message
            path
          }
          changes(first: 100) {
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
  `,
  [SyncRow, ChangedFile],
);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, SyncQuery, {
    sync: event.params.sync,
  });
  const { shell } = await event.parent();
  const node = data.node?.__typename === 'ProjectSync' ? data.node : null;
  const isHere = shell.repositories.nodes.some(({ id }) => id === node?.repository.id);
  const sync = projectOf(isHere ? node : null);
  correctToSync(event.url, sync, shell.repositories.nodes[0]?.id);
  return { sync, operation };
};
