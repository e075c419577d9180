import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { KINDS, MODES, type Kind, type Mode } from '#lib/memory/filters.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import type { PageLoad } from './$types';

const MemoryQuery = graphql(
  `
    query Memory(
      $slug: String!
      $query: String!
      $asked: Boolean!
      $branch: String
      $asOf: ID
      $kinds: [MemoryKind!]
      $prefix: String
      $mode: SearchMode
      $after: String
    ) {
      viewer {
        id
      }
      project(slug: $slug) {
        ...Shell
        search(
          query: $query
          branch: $branch
          asOf: $asOf
          kinds: $kinds
          pathPrefix: $prefix
          mode: $mode
          first: 30
          after: $after
        ) @include(if: $asked) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            score
            snippet
            isCurrent
            commitOid
            entry {
              __typename
              id
              kind
              title
              path
              symbol
              language
              startLine
              endLine
            }
            file {
              id
              path
            }
          }
        }
      }
    }
  `,
  [Shell],
);

export const load: PageLoad = async (event) => {
  const { searchParams } = event.url;
  const query = searchParams.get('q')?.trim() ?? '';
  const mode: Mode = MODES.find((one) => one === searchParams.get('mode')) ?? 'HYBRID';
  const chosen = searchParams.getAll('kind');
  const kinds: Kind[] = KINDS.filter((kind) => chosen.includes(kind));
  const { data, operation } = await loadQuery(event, MemoryQuery, {
    slug: event.params.slug,
    query,
    asked: query !== '',
    branch: searchParams.get('branch'),
    asOf: searchParams.get('as-of'),
    kinds: kinds.length === 0 ? null : kinds,
    prefix: searchParams.get('in'),
    mode,
    after: searchParams.get('after'),
  });
  const project = projectOf(data.project);
  return { shell: project, found: project.search ?? null, query, mode, kinds, operation };
};
