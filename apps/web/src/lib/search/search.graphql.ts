import { graphql, type ResultOf } from '../graphql/graphql.ts';

/** One hit with all that the search page shows of it. */
export const FoundHit = graphql(`
  fragment FoundHit on SearchHit @_unmask {
    symbol
    title
    snippet
    snippetStartLine
    highlights {
      start
      end
    }
    reasons
    isCurrent
    alsoAt
    repository {
      id
      name
    }
    entry {
      __typename
      id
      kind
      path
      language
      startLine
      endLine
      addedBy {
        id
        branch
      }
    }
  }
`);
export type Hit = ResultOf<typeof FoundHit>;

/** A search of a project. It is asked only if there is something to search for. */
export const SearchQuery = graphql(
  `
    query Search(
      $slug: String!
      $query: String!
      $asked: Boolean!
      $repositories: [ID!]
      $branch: String
      $asOf: ID
      $kinds: [MemoryKind!]
      $languages: [String!]
      $tests: TestFiles
      $folder: String
      $mode: SearchMode
      $after: String
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        search(
          query: $query
          repositoryIds: $repositories
          branch: $branch
          asOf: $asOf
          kinds: $kinds
          languages: $languages
          tests: $tests
          pathPrefix: $folder
          mode: $mode
          first: 30
          after: $after
        ) @include(if: $asked) {
          totalCount
          isTotalExact
          nearestOnly
          pageInfo {
            hasNextPage
            endCursor
          }
          facets {
            repositories {
              value
              count
            }
            languages {
              value
              count
            }
            kinds {
              value
              count
            }
            folders {
              value
              count
            }
          }
          nodes {
            ...FoundHit
          }
        }
      }
    }
  `,
  [FoundHit],
);
export type Found = NonNullable<NonNullable<ResultOf<typeof SearchQuery>['project']>['search']>;
