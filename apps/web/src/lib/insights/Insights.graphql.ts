import { graphql } from '#lib/graphql/graphql.ts';

/** An insight in the list of another one. */
const InsightLine = graphql(`
  fragment InsightLine on Insight @_unmask {
    __typename
    id
    title
    category
    writtenAt
    isLeading
  }
`);

/** An insight with its sources, its counterparts and its opposites. */
export const InsightRow = graphql(
  `
    fragment InsightRow on Insight @_unmask {
      ...InsightLine
      detail
      severity
      frequency
      isModelWritten
      evidence {
        quote
        at
        entry {
          __typename
          id
          title
          path
          kind
          startLine
        }
      }
      pairedWith {
        ...InsightLine
      }
      contradicts {
        ...InsightLine
      }
    }
  `,
  [InsightLine],
);

/** A page of the insights of a project. */
export const InsightsQuery = graphql(
  `
    query Insights($slug: String!, $categories: [String!], $after: String) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        insights(categories: $categories, first: 50, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            ...InsightRow
          }
        }
      }
    }
  `,
  [InsightRow],
);
