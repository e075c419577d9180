import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { DrawnGraph } from '#lib/map/ModuleGraph.graphql.ts';
import { tellingDepth } from '#lib/map/module-graph.ts';
import { shownSync, snapshotIn } from '#lib/place/shown-snapshot.ts';
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
  const path = event.url.searchParams.get('path') ?? '';
  const wanted = depthIn(event.url);
  const { data, operation } = await loadQuery(event, MapQuery, {
    ...shownSync(await event.parent()),
    path,
    depth: wanted ?? 1,
    next: 2,
    isOpen: wanted === null,
  });
  const snapshot = snapshotIn(data.node);
  const graphs = [snapshot?.graph ?? null, snapshot?.deeper ?? null].filter((graph) => graph !== null);
  const depth = wanted ?? tellingDepth(graphs);
  const graph = graphs[wanted === null ? depth - 1 : 0] ?? null;
  return { graph, coverage: snapshot?.coverage ?? null, path, depth, deepest: DEEPEST, operation };
};

/** The depth that an address names; null where it names none. */
function depthIn({ searchParams }: URL): number | null {
  const said = Number(searchParams.get('depth'));
  return Number.isInteger(said) && said >= 1 ? Math.min(said, DEEPEST) : null;
}
