import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { KINDS, MODES, type Kind, type Mode } from '#lib/memory/filters.ts';
import { placeIn } from '#lib/place/place.ts';
import { Shell } from '#lib/shell/Shell.graphql.ts';
import type { PageLoad } from './$types';

const MemoryQuery = graphql(
  `
    query Memory(
      $slug: String!
      $query: String!
      $asked: Boolean!
      $repository: ID
      $branch: String
      $asOf: ID
      $then: ID = ""
      $past: Boolean = false
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
          repositoryId: $repository
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
      then: node(id: $then) @include(if: $past) {
        __typename
        id
        ... on ProjectSync {
          branch
          queuedAt
        }
      }
    }
  `,
  [Shell],
);

export const load: PageLoad = async (event) => {
  const { searchParams } = event.url;
  const place = placeIn(event.url);
  const query = searchParams.get('q')?.trim() ?? '';
  const mode: Mode = MODES.find((one) => one === searchParams.get('mode')) ?? 'HYBRID';
  const chosen = searchParams.getAll('kind');
  const kinds: Kind[] = KINDS.filter((kind) => chosen.includes(kind));
  const { data, operation } = await loadQuery(event, MemoryQuery, {
    slug: event.params.slug,
    query,
    asked: query !== '',
    repository: place.repository,
    branch: place.branch,
    asOf: place.asOf,
    then: place.asOf ?? '',
    past: place.asOf !== null,
    kinds: kinds.length === 0 ? null : kinds,
    prefix: searchParams.get('in'),
    mode,
    after: searchParams.get('after'),
  });
  const project = projectOf(data.project);
  return {
    shell: project,
    found: project.search ?? null,
    then: data.then?.__typename === 'ProjectSync' ? data.then : null,
    query,
    mode,
    kinds,
    operation,
  };
};
