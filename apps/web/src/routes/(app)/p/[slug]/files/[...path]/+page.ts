import { loadKeptBranch } from '#lib/branches/load-kept-branch.ts';
import { ViewedFile } from '#lib/files/FileView.graphql.ts';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadUncached } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { placeIn, writePlace } from '#lib/place/place.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

const FilesQuery = graphql(
  `
    query Files($slug: String!, $path: String!, $sync: ID = "", $kept: Boolean = false) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
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
  [Shell, ViewedFile],
);

export const load: PageLoad = async (event) => {
  const { slug, path } = event.params;
  const place = placeIn(event.url);
  const branch = place.asOf === null ? await loadKeptBranch(event, slug, place) : null;
  // Without a branch in the address, links lead to the default branch. If another one is shown, the address says so.
  if (place.branch === null && branch !== null && !branch.isDefault && branch.syncId !== null) {
    const query = writePlace({ ...place, branch: branch.name }, new URLSearchParams(event.url.search));
    throw redirect(307, `${event.url.pathname}?${query}`);
  }
  const syncId = place.asOf ?? branch?.syncId ?? null;
  const { data, operation } = await loadUncached(event, FilesQuery, {
    slug,
    // The first page of the files shows what the repository says about itself.
    path: path === '' ? 'README.md' : path,
    sync: syncId ?? '',
    kept: syncId !== null,
  });
  return {
    shell: projectOf(data.project),
    snapshot: (data.node?.__typename === 'ProjectSync' && data.node.snapshot) || null,
    path,
    isPast: place.asOf !== null,
    operation,
  };
};
