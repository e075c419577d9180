import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import type { PageLoad } from './$types';

const EntryQuery = graphql(`
  query Entry($id: ID!) {
    viewer {
      id
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
`);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, EntryQuery, {
    id: event.params.entry,
  });
  return {
    entry: projectOf(data.node?.__typename === 'MemoryEntry' ? data.node : null),
    operation,
  };
};
