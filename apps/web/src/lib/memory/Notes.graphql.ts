import { graphql } from '../graphql/graphql.ts';

/** A note as lists and its own page show it. */
export const NoteRow = graphql(`
  fragment NoteRow on MemoryEntry @_unmask {
    __typename
    id
    title
    content
    writtenAt
    author {
      __typename
      id
      name
    }
  }
`);

/** A page of the notes of a project, newest first. */
export const NotesQuery = graphql(
  `
    query Notes($slug: String!, $after: String) {
      viewer {
        id
      }
      project(slug: $slug) {
        id
        notes(first: 30, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            ...NoteRow
          }
        }
      }
    }
  `,
  [NoteRow],
);

/** Adds a note. */
export const AddNote = graphql(`
  mutation AddNote($input: AddNoteInput!) {
    result: addNote(input: $input) {
      __typename
      ... on AddNoteSuccess {
        entry {
          __typename
          id
          title
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

/** Replaces a note by a new version. */
export const UpdateNote = graphql(`
  mutation UpdateNote($input: UpdateNoteInput!) {
    result: updateNote(input: $input) {
      __typename
      ... on UpdateNoteSuccess {
        entry {
          __typename
          id
          title
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

/** Removes a note from lists and from search. */
export const RemoveNote = graphql(`
  mutation RemoveNote($input: RemoveNoteInput!) {
    result: removeNote(input: $input) {
      __typename
      ... on RemoveNoteSuccess {
        entry {
          __typename
          id
          isActive
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);
