import type { ObjectId } from '../objects/git-object.ts';

/** One page of branches, and the default branch. */
export const BRANCHES = /* GraphQL */ `
  query Branches($owner: String!, $name: String!, $first: Int!, $after: String, $filter: String) {
    repository(owner: $owner, name: $name) {
      defaultBranchRef {
        name
        target {
          oid
        }
      }
      refs(refPrefix: "refs/heads/", first: $first, after: $after, query: $filter) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          name
          target {
            oid
          }
        }
      }
    }
  }
`;

/** The name of the default branch. */
export const DEFAULT_BRANCH = /* GraphQL */ `
  query DefaultBranch($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) {
      defaultBranchRef {
        name
      }
    }
  }
`;

/** A branch's commit and, on the first sync, the entries of its root, which tell whether any of it is stored. */
export const HEAD = /* GraphQL */ `
  query Head($owner: String!, $name: String!, $ref: String!, $root: Boolean!) {
    repository(owner: $owner, name: $name) {
      ref(qualifiedName: $ref) {
        target {
          ... on Commit {
            oid
            message
            committedDate
            author {
              name
            }
            tree {
              oid
              entries @include(if: $root) {
                mode
                nameRaw
                oid
                size
              }
            }
          }
        }
      }
    }
  }
`;

/** Many trees at once. Aliased lookups are not connections: the query costs one point, whatever their number. */
export function treesQuery(oids: readonly ObjectId[]): string {
  return objectsQuery('Trees', oids, '... on Tree { oid entries { mode nameRaw oid size } }');
}

/** Many texts at once; the text of a binary is null. */
export function textsQuery(oids: readonly ObjectId[]): string {
  return objectsQuery('Texts', oids, `... on Blob { ${blobFields} }`);
}

/** The modes, IDs and texts at many paths of a commit. */
export function filesQuery(commit: ObjectId, paths: readonly string[]): string {
  const files = paths.map(
    (path, index) =>
      `o${index}: file(path: ${JSON.stringify(path)}) { mode oid object { ... on Blob { ${blobFields} } } }`,
  );
  return `query Files($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    commit: object(oid: "${commit}") { ... on Commit { ${files.join('\n')} } }
  }
}`;
}

const blobFields = 'oid byteSize isBinary isTruncated text';

function objectsQuery(name: string, oids: readonly ObjectId[], fields: string): string {
  const objects = oids.map((oid, index) => `o${index}: object(oid: "${oid}") { ${fields} }`);
  return `query ${name}($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    ${objects.join('\n    ')}
  }
}`;
}
