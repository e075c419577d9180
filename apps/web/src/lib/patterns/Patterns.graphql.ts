import { graphql } from '#lib/graphql/graphql.ts';

/** A finding, without the places where it was seen. */
export const PatternRow = graphql(`
  fragment PatternRow on Pattern @_unmask {
    __typename
    id
    kind
    title
    description
    severity
    detector
    certainty
    state
    suggestion
    isNew
    frequency
    judgement {
      state
      reason
      judgedAt
      judgedBy {
        __typename
        id
        name
      }
    }
    firstSeen {
      __typename
      id
      number
      queuedAt
    }
  }
`);

/** A page of the findings in a snapshot, with what stands around them. */
export const PatternsQuery = graphql(
  `
    query Patterns(
      $sync: ID = ""
      $kept: Boolean = false
      $states: [PatternState!]
      $severities: [Severity!]
      $chosen: ID = ""
      $isChosen: Boolean = false
    ) {
      viewer {
        id
      }
      chosen: node(id: $chosen) @include(if: $isChosen) {
        __typename
        id
        ... on Pattern {
          ...PatternRow
        }
      }
      node(id: $sync) @include(if: $kept) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            id
            patterns(states: $states, severities: $severities, first: 100) {
              totalCount
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                ...PatternRow
              }
            }
            open: patterns(states: [OPEN], first: 0) {
              totalCount
            }
            accepted: patterns(states: [ACCEPTED], first: 0) {
              totalCount
            }
            dismissed: patterns(states: [DISMISSED], first: 0) {
              totalCount
            }
            patternRules {
              detector
              judged
              dismissed
              isTurnedDown
            }
            growth(first: 60) {
              syncId
              patterns
            }
          }
        }
      }
    }
  `,
  [PatternRow],
);

/** The findings behind a cursor. */
export const MorePatternsQuery = graphql(
  `
    query MorePatterns($sync: ID!, $states: [PatternState!], $severities: [Severity!], $after: String) {
      node(id: $sync) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            id
            patterns(states: $states, severities: $severities, first: 100, after: $after) {
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                ...PatternRow
              }
            }
          }
        }
      }
    }
  `,
  [PatternRow],
);

/** Where a pattern was seen, with the very lines. */
export const OccurrencesQuery = graphql(`
  query Occurrences($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Pattern {
        occurrences(first: 20) {
          totalCount
          nodes {
            path
            startLine
            endLine
            quote
          }
        }
      }
    }
  }
`);

/** Stores what people decide of a pattern. */
export const JudgePattern = graphql(
  `
    mutation JudgePattern($input: JudgePatternInput!) {
      result: judgePattern(input: $input) {
        __typename
        ... on JudgePatternSuccess {
          pattern {
            ...PatternRow
          }
        }
        ... on Error {
          code
          message
        }
      }
    }
  `,
  [PatternRow],
);
