import { redirect } from '@sveltejs/kit';
import { ChangedFile } from '#lib/files/ChangeList.graphql.ts';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { correctToSync } from '#lib/place/load-place.ts';
import { syncNamed } from '#lib/sync/sync-named.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';
import type { PageLoad } from './$types';

const SyncDetail = graphql(
  `
    fragment SyncDetail on ProjectSync @_unmask {
      ...SyncRow
      committedAt
      snapshot {
        commitOid
      }
      phases {
        id
        phase
        seconds
      }
      before: previous {
        id
        number
      }
      next {
        id
        number
      }
      restoredFrom {
        id
        number
        queuedAt
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
  `,
  [SyncRow, ChangedFile],
);

const SyncQuery = graphql(
  `
    query SyncPage($slug: String!, $number: Int!, $id: ID!, $isNumbered: Boolean!) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        sync(number: $number) @include(if: $isNumbered) {
          ...SyncDetail
        }
      }
      node(id: $id) @skip(if: $isNumbered) {
        __typename
        id
        ... on ProjectSync {
          number
          repository {
            id
          }
        }
      }
    }
  `,
  [SyncDetail],
);

/** A sync by its number. An address from before there were numbers names an ID, and leads to the number. */
export const load: PageLoad = async (event) => {
  const { slug } = event.params;
  const { data, operation } = await loadQuery(event, SyncQuery, { slug, ...syncNamed(event.params.sync) });
  const { shell } = await event.parent();
  const isOwn = ({ repository }: { repository: { id: string } }) =>
    shell.repositories.nodes.some(({ id }) => id === repository.id);
  if (data.node?.__typename === 'ProjectSync' && isOwn(data.node))
    throw redirect(307, `./${data.node.number}${event.url.search}`);
  const sync = projectOf(data.project?.sync ?? null);
  correctToSync(event.url, sync, shell.repositories.nodes[0]?.id);
  return { sync, operation };
};
