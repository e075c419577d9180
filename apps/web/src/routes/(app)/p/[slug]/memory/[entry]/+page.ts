import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { NoteRow } from '#lib/memory/Notes.graphql.ts';
import type { PageLoad } from './$types';

const EntryQuery = graphql(
  `
    query Entry($id: ID!) {
      viewer {
        id
      }
      node(id: $id) {
        __typename
        id
        ... on MemoryEntry {
          ...NoteRow
          kind
          path
          symbol
          startLine
          endLine
          isActive
          replacedById
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
  [NoteRow],
);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, EntryQuery, {
    id: event.params.entry,
  });
  return {
    entry: projectOf(data.node?.__typename === 'MemoryEntry' ? data.node : null),
    operation,
  };
};
