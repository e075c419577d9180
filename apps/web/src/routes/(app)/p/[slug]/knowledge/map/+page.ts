import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { DrawnGraph } from '#lib/map/ModuleGraph.graphql.ts';
import { tellingDepth } from '#lib/map/module-graph.ts';
import type { PageLoad } from './$types';

const MapQuery = graphql(
  `
    query Map(
      $sync: ID = ""
      $kept: Boolean = false
      $path: String!
      $depth: Int!
      $next: Int!
      $isOpen: Boolean!
    ) {
      viewer {
        id
      }
      node(id: $sync) @include(if: $kept) {
        __typename
        id
        ... on ProjectSync {
          snapshot {
            id
            coverage {
              filesAnalysed
              filesNotAnalysed
              languages
            }
            graph: moduleGraph(path: $path, depth: $depth) {
              ...DrawnGraph
            }
            deeper: moduleGraph(path: $path, depth: $next) @include(if: $isOpen) {
              ...DrawnGraph
            }
          }
        }
      }
    }
  `,
  [DrawnGraph],
);

/** Deeper maps have too many modules to be read. */
const DEEPEST = 6;

export const load: PageLoad = async (event) => {
  const { kept, past } = await event.parent();
  const sync = past?.id ?? kept?.syncId ?? null;
  const path = event.url.searchParams.get('path') ?? '';
  const said = Number(event.url.searchParams.get('depth'));
  const wanted = Number.isInteger(said) && said >= 1 ? Math.min(said, DEEPEST) : null;
  const { data, operation } = await loadQuery(event, MapQuery, {
    sync: sync ?? '',
    kept: sync !== null,
    path,
    depth: wanted ?? 1,
    next: 2,
    isOpen: wanted === null,
  });
  const snapshot = data.node?.__typename === 'ProjectSync' ? data.node.snapshot : null;
  const graphs = snapshot == null ? [] : [snapshot.graph, snapshot.deeper ?? snapshot.graph];
  const depth = wanted ?? tellingDepth(graphs);
  const graph = (wanted === null ? graphs[depth - 1] : graphs[0]) ?? null;
  return { graph, coverage: snapshot?.coverage ?? null, path, depth, deepest: DEEPEST, operation };
};
