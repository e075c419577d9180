import { Place } from '#lib/files/queries.ts';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { uncachedClient } from '#lib/graphql/uncached-client.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

const FilesQuery = graphql(
  `
    query Files(
      $slug: String!
      $path: String!
      $inside: Boolean!
      $asOf: ID!
      $past: Boolean!
      $branch: String!
      $named: Boolean!
      $latest: Boolean!
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
        repositories(first: 20) {
          nodes {
            __typename
            id
            name
            branch(name: $branch) @include(if: $named) {
              id
              snapshot {
                ...Place
              }
            }
          }
        }
        latest: syncs(status: [COMPLETED], first: 1) @include(if: $latest) {
          nodes {
            id
            branch
            snapshot {
              ...Place
            }
          }
        }
      }
      node(id: $asOf) @include(if: $past) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            ...Place
          }
        }
      }
    }
  `,
  [Shell, Place],
);

export const load: PageLoad = async (event) => {
  const { searchParams } = event.url;
  const asOf = searchParams.get('as-of');
  const branch = searchParams.get('branch');
  const past = asOf !== null;
  const named = !past && branch !== null;
  const variables = {
    slug: event.params.slug,
    // Whoever chose nothing yet sees what the repository says of itself.
    path: event.params.path === '' ? 'README.md' : event.params.path,
    inside: true,
    asOf: asOf ?? '',
    past,
    branch: branch ?? '',
    named,
    latest: !past && !named,
  };
  const { data, operation } = await loadQuery(event, FilesQuery, variables, uncachedClient());
  const project = projectOf(data.project);
  const then = data.node?.__typename === 'ProjectSync' ? data.node.snapshot : null;
  const now = named
    ? project.repositories.nodes
        .map((repository) => repository.branch?.snapshot ?? null)
        .find((one) => one !== null)
    : project.latest?.nodes[0]?.snapshot;
  // A sync that found nothing new leaves no state of its own: its branch has the one that readers see.
  const latest = project.latest?.nodes[0];
  if (latest !== undefined && latest.snapshot === null)
    throw redirect(307, `${event.url.pathname}?${branchQuery(event.url, latest.branch)}`);
  return { shell: project, place: (past ? then : now) ?? null, path: event.params.path, past, operation };
};

function branchQuery(url: URL, branch: string): URLSearchParams {
  const query = new URLSearchParams(url.search);
  query.set('branch', branch);
  return query;
}
