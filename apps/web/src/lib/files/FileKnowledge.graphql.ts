import { graphql } from '#lib/graphql/graphql.ts';

/** A definition with what a reader wants to know before opening it. */
export const SymbolRow = graphql(`
  fragment SymbolRow on Symbol @_unmask {
    __typename
    id
    name
    qualifiedName
    kind
    isExported
    signature
    documentation
    startLine
    endLine
    file {
      __typename
      id
      path
    }
  }
`);

/** The definitions of a file, and the files it is connected with. */
export const FileKnowledge = graphql(
  `
    fragment FileKnowledge on RepositoryFile @_unmask {
      __typename
      id
      symbols {
        ...SymbolRow
      }
      imports {
        line
        specifier
        packageName
        to {
          __typename
          id
          path
        }
      }
      importedBy(first: 100) {
        totalCount
        nodes {
          line
          from {
            __typename
            id
            path
          }
        }
      }
    }
  `,
  [SymbolRow],
);

/** The definitions of a name in a snapshot, the likest first. */
export const DefinitionsQuery = graphql(
  `
    query Definitions($sync: ID!, $name: String!) {
      node(id: $sync) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            symbols(query: $name, first: 20) {
              nodes {
                ...SymbolRow
              }
            }
          }
        }
      }
    }
  `,
  [SymbolRow],
);

/** The places that use a definition. */
export const ReferencesQuery = graphql(`
  query References($id: ID!, $after: String) {
    node(id: $id) {
      __typename
      id
      ... on Symbol {
        references(first: 50, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            line
            kind
            certainty
            inside {
              __typename
              id
              name
            }
            file {
              __typename
              id
              path
            }
          }
        }
      }
    }
  }
`);
