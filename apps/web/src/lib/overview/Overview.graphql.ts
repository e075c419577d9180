import { graphql } from '#lib/graphql/graphql.ts';
import { SyncRow } from '#lib/sync/SyncRow.graphql.ts';

/** A stored branch in the table of branches. */
export const BranchRow = graphql(`
  fragment BranchRow on Branch @_unmask {
    __typename
    id
    name
    isDefault
    syncCount
    lastSync {
      __typename
      id
      commitOid
      commitMessage
      completedAt
      queuedAt
      stats {
        filesTotal
      }
    }
    activeSync {
      __typename
      id
      status
      progress
    }
  }
`);

/** A finding in a short list. */
const PatternLine = graphql(`
  fragment PatternLine on Pattern @_unmask {
    __typename
    id
    title
    severity
    detector
    isNew
  }
`);

/** A document in a short list. */
const DocumentLine = graphql(`
  fragment DocumentLine on Document @_unmask {
    __typename
    id
    title
    path
    kind
    authority
  }
`);

/** The state of a branch as its overview shows it. */
export const OverviewSnapshot = graphql(
  `
    fragment OverviewSnapshot on Snapshot @_unmask {
      __typename
      id
      languages {
        language
        files
        lines
        bytes
      }
      growth(first: 60) {
        syncId
        syncNumber
        at
        commitOid
        files
        passages
        changedFiles
        patterns
      }
      readme: files(
        paths: [
          "README.md"
          "Readme.md"
          "readme.md"
          "README"
          "README.rst"
          "README.txt"
          ".github/README.md"
          "docs/README.md"
        ]
      ) {
        nodes {
          __typename
          id
          path
          text
        }
      }
      open: patterns(states: [OPEN], first: 5) {
        totalCount
        nodes {
          ...PatternLine
        }
      }
      pages: documents(kinds: [GENERATED], first: 0) {
        totalCount
      }
      start: document(path: "overview") {
        ...DocumentLine
      }
      architecture: document(path: "architecture") {
        ...DocumentLine
      }
      conventions: document(path: "conventions") {
        ...DocumentLine
      }
      rules: documents(kinds: [REPOSITORY, WRITTEN], first: 6) {
        totalCount
        nodes {
          ...DocumentLine
        }
      }
    }
  `,
  [PatternLine, DocumentLine],
);

/** Everything of the overview but the map, which it asks for by itself. */
export const OverviewQuery = graphql(
  `
    query Overview(
      $slug: String!
      $sync: ID = ""
      $kept: Boolean = false
      $repository: ID = ""
      $connected: Boolean = false
      $branch: String
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        description
        syncs(first: 6) {
          nodes {
            ...SyncRow
          }
        }
      }
      repository: node(id: $repository) @include(if: $connected) {
        __typename
        id
        ... on Repository {
          newest: syncs(branch: $branch, first: 1) {
            nodes {
              ...SyncRow
            }
          }
          keptBranches(first: 20) {
            totalCount
            nodes {
              ...BranchRow
            }
          }
        }
      }
      current: node(id: $sync) @include(if: $kept) {
        __typename
        id
        ... on ProjectSync {
          ...SyncRow
          committedAt
          snapshot {
            ...OverviewSnapshot
          }
        }
      }
    }
  `,
  [SyncRow, BranchRow, OverviewSnapshot],
);
