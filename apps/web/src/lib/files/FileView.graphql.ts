import { graphql } from '#lib/graphql/graphql.ts';
import { FileKnowledge } from './FileKnowledge.graphql.ts';
import { FileVersions } from './Versions.graphql.ts';

/** One file as its page shows it. */
export const ViewedFile = graphql(
  `
    fragment ViewedFile on RepositoryFile {
      __typename
      id
      path
      oid
      mode
      size
      language
      isBinary
      skipReason
      text
      versions(first: 30) {
        totalCount
      }
      ...FileVersions
      ...FileKnowledge
    }
  `,
  [FileVersions, FileKnowledge],
);
