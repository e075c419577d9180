import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import type { PageLoad } from './$types';

const EntryQuery = graphql(
  `
    query Entry($slug: String!, $id: ID!) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
      }
      node(id: $id) {
        __typename
        id
        ... on MemoryEntry {
          kind
          title
          content
          path
          symbol
          startLine
          endLine
          isActive
          addedBy {
            id
            branch
            repository {
              id
            }
          }
        }
      }
    }
  `,
  [Shell],
);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, EntryQuery, {
    slug: event.params.slug,
    id: event.params.entry,
  });
  return {
    shell: projectOf(data.project),
    entry: projectOf(data.node?.__typename === 'MemoryEntry' ? data.node : null),
    operation,
  };
};
