import { graphql } from '#lib/graphql/graphql.ts';

/** A text that a person put beside a page, or among the documents. */
export const WrittenDocument = graphql(`
  fragment WrittenDocument on Document @_unmask {
    __typename
    id
    kind
    title
    path
    content
    authority
    scope
    updatedAt
    author {
      __typename
      id
      name
    }
    repository {
      __typename
      id
      name
    }
  }
`);

/** A document as its page shows it. */
export const WikiDocument = graphql(
  `
    fragment WikiDocument on Document @_unmask {
      ...WrittenDocument
      isModelWritten
      sources
      citations {
        path
        startLine
        endLine
      }
      writtenBy {
        __typename
        id
        number
        branch
        queuedAt
        repository {
          __typename
          id
        }
      }
      additions {
        pageChangedSince
        namesGone
        document {
          ...WrittenDocument
        }
      }
    }
  `,
  [WrittenDocument],
);

/** A page among the documents, with the table of contents and the earlier texts of the page. */
export const WikiQuery = graphql(
  `
    query Wiki(
      $slug: String!
      $sync: ID = ""
      $kept: Boolean = false
      $page: String!
      $document: ID = ""
      $named: Boolean = false
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        documents(first: 100) {
          nodes {
            __typename
            id
            path
            title
            kind
            authority
          }
        }
      }
      named: node(id: $document) @include(if: $named) {
        __typename
        id
        ... on Document {
          ...WikiDocument
        }
      }
      node(id: $sync) @include(if: $kept) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            id
            tableOfContents {
              documentId
              path
              title
              kind
              authority
            }
            document(path: $page) {
              ...WikiDocument
            }
            documentVersions(path: $page, first: 50) {
              __typename
              id
              title
              updatedAt
              writtenBy {
                __typename
                id
                number
                branch
                queuedAt
                repository {
                  __typename
                  id
                }
              }
              author {
                __typename
                id
                name
              }
            }
          }
        }
      }
    }
  `,
  [WikiDocument],
);

/** The text of one version. */
export const VersionTextQuery = graphql(`
  query VersionText($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Document {
        content
      }
    }
  }
`);

/** Takes a text of a person from the documents. */
export const RemoveDocument = graphql(`
  mutation RemoveDocument($input: RemoveDocumentInput!) {
    result: removeDocument(input: $input) {
      __typename
      ... on RemoveDocumentSuccess {
        document {
          __typename
          id
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);
