/** A folder or file of a module graph. */
export interface ModuleNode {
  path: string;
  isFolder: boolean;
  files: number;
  lines: number;
}

/** Imports between two nodes, added up. */
export interface ModuleEdge {
  from: string;
  to: string;
  imports: number;
}

/** The modules below a folder, as the API returns them. */
export interface ModuleGraph {
  nodes: readonly ModuleNode[];
  edges: readonly ModuleEdge[];
  /** Circles of files. */
  cycles: readonly (readonly string[])[];
}

/** The circles of a graph, as its nodes and edges show them. */
export interface Circles {
  /** The number of circles of files that lie wholly inside of a node. */
  inside: ReadonlyMap<string, number>;
  /** Edges between nodes that share a circle of files. */
  ofFiles: ReadonlySet<string>;
  /** Edges that lead back, against the direction of most imports among nodes that reach each other. */
  back: ReadonlySet<string>;
}

/** The identity of an edge. */
export function edgeKey({ from, to }: Pick<ModuleEdge, 'from' | 'to'>): string {
  return `${from}\0${to}`;
}

/** The nodes that reach each other, as groups; a node that reaches only itself is a group of its own. */
export function knots(paths: readonly string[], edges: readonly ModuleEdge[]): string[][] {
  const next = new Map(paths.map((path): [string, string[]] => [path, []]));
  const back = new Map(paths.map((path): [string, string[]] => [path, []]));
  for (const { from, to } of edges) {
    next.get(from)?.push(to);
    back.get(to)?.push(from);
  }
  const seen = new Set<string>();
  const finished = paths.flatMap((path) => walk(path, next, seen));
  const taken = new Set<string>();
  return finished
    .toReversed()
    .map((path) => walk(path, back, taken))
    .filter((group) => group.length > 0);
}

/** The nodes that can be reached and are new, each after those that it leads to. Without recursion: chains may be long. */
function walk(start: string, next: ReadonlyMap<string, readonly string[]>, seen: Set<string>): string[] {
  if (seen.has(start)) return [];
  seen.add(start);
  const done: string[] = [];
  const stack = [{ path: start, at: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const to = next.get(top.path)?.[top.at];
    top.at += 1;
    if (to === undefined) {
      done.push(top.path);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ path: to, at: 0 });
    }
  }
  return done;
}

/** The node that a file belongs to: itself, or the nearest folder above it. */
export function nodeOf(file: string, nodes: ReadonlySet<string>): string | null {
  for (let path = file; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    if (nodes.has(path)) return path;
  return null;
}

/** Finds the circles of a graph. */
export function circlesOf({ nodes, edges, cycles }: ModuleGraph): Circles {
  const paths = new Set(nodes.map(({ path }) => path));
  const inside = new Map<string, number>();
  const ofFiles = new Set<string>();
  for (const cycle of cycles) {
    const touched = new Set(cycle.flatMap((file) => nodeOf(file, paths) ?? []));
    const [only] = touched;
    if (touched.size === 1 && only !== undefined) inside.set(only, (inside.get(only) ?? 0) + 1);
    else
      for (const edge of edges)
        if (touched.has(edge.from) && touched.has(edge.to)) ofFiles.add(edgeKey(edge));
  }
  return { inside, ofFiles, back: backEdges([...paths], edges) };
}

/**
 * The edges that must be left out for the others to lead one way: among nodes that reach each other, as few imports as a
 * greedy order finds. (Eades, Lin and Smyth: those that mostly import come first.)
 */
export function backEdges(paths: readonly string[], edges: readonly ModuleEdge[]): Set<string> {
  const groups = knots(paths, edges).filter((members) => members.length > 1);
  const groupOf = new Map(
    groups.flatMap((members, group) => members.map((path): [string, number] => [path, group])),
  );
  const inner = groups.map((): ModuleEdge[] => []);
  for (const edge of edges) {
    const group = groupOf.get(edge.from);
    if (group !== undefined && group === groupOf.get(edge.to)) inner[group]?.push(edge);
  }
  const place = new Map(
    groups.flatMap((members, group) =>
      greedyOrder(members, inner[group] ?? []).map((path, at): [string, number] => [path, at]),
    ),
  );
  return new Set(
    inner
      .flat()
      .filter(({ from, to }) => (place.get(from) ?? 0) > (place.get(to) ?? 0))
      .map(edgeKey),
  );
}

function greedyOrder(members: readonly string[], edges: readonly ModuleEdge[]): string[] {
  const left = new Set(members.toSorted((a, b) => (a < b ? -1 : 1)));
  const lean = new Map(members.map((path): [string, number] => [path, 0]));
  const around = new Map(members.map((path): [string, ModuleEdge[]] => [path, []]));
  const shift = (path: string, by: number) => lean.set(path, (lean.get(path) ?? 0) + by);
  for (const edge of edges) {
    shift(edge.from, edge.imports);
    shift(edge.to, -edge.imports);
    around.get(edge.from)?.push(edge);
    around.get(edge.to)?.push(edge);
  }
  const order: string[] = [];
  while (left.size > 0) {
    const best = leaningMost(left, lean);
    left.delete(best);
    order.push(best);
    // Without it, what it imports is imported less, and what imports it imports less.
    for (const { from, to, imports } of around.get(best) ?? [])
      if (from === best) shift(to, imports);
      else shift(from, -imports);
  }
  return order;
}

/** The path with the greatest weight, the first of several. */
function leaningMost(paths: Iterable<string>, lean: ReadonlyMap<string, number>): string {
  let best = '';
  let most = -Infinity;
  for (const path of paths) {
    const weight = lean.get(path) ?? 0;
    if (weight > most) [best, most] = [path, weight];
  }
  return best;
}

/** Of the same folder at growing depths, the first graph that shows how at least three modules hang together. */
export function tellingDepth(graphs: readonly ModuleGraph[]): number {
  const telling = graphs.findIndex(
    ({ edges }) => new Set(edges.flatMap(({ from, to }) => [from, to])).size >= 3,
  );
  if (telling !== -1) return telling + 1;
  const any = graphs.findIndex(({ edges }) => edges.length > 0);
  return any === -1 ? 1 : any + 1;
}
