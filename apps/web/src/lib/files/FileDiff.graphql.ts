import { graphql } from '#lib/graphql/graphql.ts';

const DiffSide = graphql(`
  fragment DiffSide on RepositoryFile @_unmask {
    __typename
    id
    oid
    size
    isBinary
    text
  }
`);

/** Both sides of one changed file: as one sync left it, and as another did. */
export const DiffTexts = graphql(
  `
    query DiffTexts(
      $from: ID = ""
      $to: ID!
      $before: String = ""
      $after: String = ""
      $hasBefore: Boolean!
      $hasAfter: Boolean!
    ) {
      from: node(id: $from) @include(if: $hasBefore) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            file(path: $before) {
              ...DiffSide
            }
          }
        }
      }
      to: node(id: $to) @include(if: $hasAfter) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            file(path: $after) {
              ...DiffSide
            }
          }
        }
      }
    }
  `,
  [DiffSide],
);
