import { graphql } from '../graphql/graphql.ts';
import { Shell } from '../shell/Shell.graphql.ts';
import { SyncRow } from '../sync/SyncRow.graphql.ts';
import { KeptBranches } from './kept-branches.graphql.ts';

/** All that is asked to settle a place: the project, the repository with stored branches, and the sync of the past. */
export const PlaceQuery = graphql(
  `
    query Place(
      $slug: String!
      $repository: ID = ""
      $chosen: Boolean = false
      $asOf: ID = ""
      $past: Boolean = false
      $query: String
      $after: String
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
        first: repositories(first: 1) @skip(if: $chosen) {
          nodes {
            ...KeptBranches
          }
        }
      }
      chosen: node(id: $repository) @include(if: $chosen) {
        __typename
        id
        ... on Repository {
          project {
            id
          }
          ...KeptBranches
        }
      }
      past: node(id: $asOf) @include(if: $past) {
        __typename
        id
        ... on ProjectSync {
          ...SyncRow
          snapshot {
            commitOid
          }
        }
      }
    }
  `,
  [Shell, SyncRow, KeptBranches],
);
