import { graphql } from '#lib/graphql/graphql.ts';

/** The changes of a sync to what is known of the code. Asked for after the page is shown. */
export const KnowledgeChangesQuery = graphql(`
  query SyncKnowledge($sync: ID!) {
    node(id: $sync) {
      __typename
      id
      ... on ProjectSync {
        knowledgeChanges {
          symbolsAdded
          symbolsRemoved
          documentsReused
          apiChanges(first: 100) {
            kind
            qualifiedName
            path
            before
            after
          }
          patternsAppeared {
            __typename
            id
            title
            severity
            detector
          }
          patternsGone {
            __typename
            id
            title
            severity
            detector
          }
          documentsRewritten(first: 100) {
            __typename
            id
            title
            path
          }
        }
      }
    }
  }
`);
