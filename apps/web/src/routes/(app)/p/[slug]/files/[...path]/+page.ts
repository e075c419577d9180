import { ViewedFile } from '#lib/files/FileView.graphql.ts';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadUncached } from '#lib/graphql/load-query.ts';
import { correctAddress } from '#lib/place/load-place.ts';
import { placeIn } from '#lib/place/place.ts';
import type { PageLoad } from './$types';

const FilesQuery = graphql(
  `
    query Files($path: String!, $sync: ID = "", $kept: Boolean = false) {
      viewer {
        id
      }
      node(id: $sync) @include(if: $kept) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            __typename
            commitOid
            sync {
              __typename
              id
              branch
              queuedAt
              repository {
                id
                name
              }
            }
            root: tree {
              kind
              name
              path
            }
            folder: tree(path: $path) {
              kind
              name
              path
            }
            file(path: $path) {
              id
              path
              ...ViewedFile
            }
          }
        }
      }
    }
  `,
  [ViewedFile],
);

export const load: PageLoad = async (event) => {
  const { path } = event.params;
  const place = placeIn(event.url);
  const { kept, past } = await event.parent();
  // Without a branch in the address, links lead to the default branch. If another one is shown, the address says so.
  if (place.branch === null && past === null && kept?.isDefault === false && kept.syncId !== null)
    correctAddress(event.url, { ...place, branch: kept.name }, ['branch']);
  const syncId = past?.id ?? kept?.syncId ?? null;
  const { data, operation } = await loadUncached(event, FilesQuery, {
    // The first page of the files shows what the repository says about itself.
    path: path === '' ? 'README.md' : path,
    sync: syncId ?? '',
    kept: syncId !== null,
  });
  return {
    snapshot: (data.node?.__typename === 'ProjectSync' && data.node.snapshot) || null,
    path,
    isPast: place.asOf !== null,
    operation,
  };
};
