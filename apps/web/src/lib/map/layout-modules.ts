import {
  backEdges,
  edgeKey,
  knots,
  type ModuleEdge,
  type ModuleGraph,
  type ModuleNode,
} from './module-graph.ts';

/** How a map is drawn: to the right, with layers as columns, or down, with layers as rows. */
export interface MapStyle {
  direction: 'right' | 'down';
  width: number;
  height: number;
  /** The distance between layers, in which the links run, and between boxes of a layer. */
  between: number;
  gap: number;
  /** Only the modules with most imports get a box. */
  most: number;
}

/** A module with its place on the map. */
export interface Box extends ModuleNode {
  x: number;
  y: number;
}

/** The imports between two boxes. */
interface Link extends ModuleEdge {
  key: string;
  curve: string;
}

/** A map, ready to be drawn. */
export interface MapLayout {
  boxes: Box[];
  links: Link[];
  /** Modules without a box: nothing is known to lead to or from them, or others have more imports. */
  left: ModuleNode[];
  width: number;
  height: number;
}

const SWEEPS = 6;

/**
 * Places modules so that each stands behind those that import it; of a circle, those that mostly import stand in front.
 * The same graph gives the same map, in whatever order its parts come.
 */
export function layoutModules(graph: ModuleGraph, style: MapStyle): MapLayout {
  const { shown, left, edges } = choose(graph, style.most);
  const back = backEdges(shown, edges);
  const layers = orderLayers(layersOf(shown, edges, back), edges);
  const across = style.direction === 'right' ? style.height : style.width;
  const along = style.direction === 'right' ? style.width : style.height;
  const extent = (boxes: number) => boxes * across + Math.max(0, boxes - 1) * style.gap;
  const widest = Math.max(0, ...layers.map((layer) => extent(layer.length)));
  const nodes = new Map(graph.nodes.map((node) => [node.path, node]));
  const boxes = layers.flatMap((layer, index) =>
    layer.flatMap((path, place): Box[] => {
      const node = nodes.get(path);
      const far = index * (along + style.between);
      const beside = (widest - extent(layer.length)) / 2 + place * (across + style.gap);
      if (node === undefined) return [];
      return [style.direction === 'right' ? { ...node, x: far, y: beside } : { ...node, x: beside, y: far }];
    }),
  );
  const size = layers.length === 0 ? 0 : layers.length * along + (layers.length - 1) * style.between;
  return {
    boxes,
    links: drawLinks(edges, boxes, style),
    left,
    width: style.direction === 'right' ? size : widest,
    height: style.direction === 'right' ? widest : size,
  };
}

function choose({ nodes, edges }: ModuleGraph, most: number) {
  const weight = new Map<string, number>();
  for (const { from, to, imports } of edges)
    for (const path of [from, to]) weight.set(path, (weight.get(path) ?? 0) + imports);
  const ranked = nodes
    .filter(({ path }) => weight.has(path))
    .toSorted((a, b) => (weight.get(b.path) ?? 0) - (weight.get(a.path) ?? 0) || byPath(a.path, b.path));
  const shown = ranked
    .slice(0, most)
    .map(({ path }) => path)
    .toSorted(byPath);
  const known = new Set(shown);
  return {
    shown,
    left: nodes.filter(({ path }) => !known.has(path)).toSorted((a, b) => byPath(a.path, b.path)),
    edges: edges
      .filter(({ from, to }) => known.has(from) && known.has(to))
      .toSorted((a, b) => byPath(a.from, b.from) || byPath(a.to, b.to)),
  };
}

/** The layers: a module stands one behind the last of those that import it, edges that lead back left aside. */
function layersOf(
  paths: readonly string[],
  edges: readonly ModuleEdge[],
  back: ReadonlySet<string>,
): string[][] {
  const forward = edges.filter((edge) => !back.has(edgeKey(edge)));
  const importers = new Map<string, string[]>();
  for (const { from, to } of forward) importers.set(to, [...(importers.get(to) ?? []), from]);
  const layer = new Map<string, number>();
  // Without the edges that lead back every group is one module, and importers come first.
  for (const [path] of knots(paths, forward)) {
    if (path === undefined) continue;
    const before = (importers.get(path) ?? []).map((from) => layer.get(from) ?? 0);
    layer.set(path, Math.max(-1, ...before) + 1);
  }
  const layers: string[][] = [];
  for (const path of paths) (layers[layer.get(path) ?? 0] ??= []).push(path);
  return layers;
}

/** Orders each layer by where its neighbours stand, forwards and backwards in turn, so that few links cross. */
function orderLayers(layers: string[][], edges: readonly ModuleEdge[]): string[][] {
  const forward = new Map<string, string[]>();
  const backward = new Map<string, string[]>();
  for (const { from, to } of edges) {
    forward.set(from, [...(forward.get(from) ?? []), to]);
    backward.set(to, [...(backward.get(to) ?? []), from]);
  }
  let ordered = layers.map((layer) => layer.toSorted(byPath));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const neighbours = sweep % 2 === 0 ? backward : forward;
    // Shares of the layer's length, so that a short and a long layer can be compared.
    const place = new Map(
      ordered.flatMap((layer) =>
        layer.map((path, at): [string, number] => [path, (at + 0.5) / layer.length]),
      ),
    );
    const meanOf = (path: string) => {
      const found = (neighbours.get(path) ?? []).flatMap((other) => place.get(other) ?? []);
      return found.length === 0
        ? (place.get(path) ?? 0)
        : found.reduce((sum, at) => sum + at, 0) / found.length;
    };
    ordered = ordered.map((layer) => layer.toSorted((a, b) => meanOf(a) - meanOf(b) || byPath(a, b)));
  }
  return ordered;
}

function drawLinks(edges: readonly ModuleEdge[], boxes: readonly Box[], style: MapStyle): Link[] {
  const placed = new Map(boxes.map((box) => [box.path, box]));
  return edges.flatMap((edge) => {
    const [from, to] = [placed.get(edge.from), placed.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    return [{ ...edge, key: edgeKey(edge), curve: curveOf(from, to, style) }];
  });
}

/** A curve from the back of the importer to the front of what it imports; one that leads back runs between the others' sides. */
function curveOf(from: Box, to: Box, { direction, width, height, between }: MapStyle): string {
  const right = direction === 'right';
  const isBack = right ? to.x < from.x : to.y < from.y;
  const end = (box: Box, far: boolean) =>
    right
      ? { x: far ? box.x + width : box.x, y: box.y + height / 2 }
      : { x: box.x + width / 2, y: far ? box.y + height : box.y };
  const [leaves, enters] = [end(from, !isBack), end(to, isBack)];
  const swing = between * (isBack ? -0.55 : 0.55);
  const [a, b] = right
    ? [`${leaves.x + swing} ${leaves.y}`, `${enters.x - swing} ${enters.y}`]
    : [`${leaves.x} ${leaves.y + swing}`, `${enters.x} ${enters.y - swing}`];
  return `M${leaves.x} ${leaves.y}C${a} ${b} ${enters.x} ${enters.y}`;
}

function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
