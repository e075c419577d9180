/** Nodes with the nodes they lead to. */
type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The circles of a graph: each list holds the nodes that all reach each other, sorted. Tarjan's algorithm with a stack
 * of its own, because a chain of ten thousand imports would overflow the call stack.
 */
export function importCycles(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const cycles: string[][] = [];

  for (const root of graph.keys()) {
    if (order.has(root)) continue;
    const path: { node: string; next: number }[] = [];
    enter(root, path);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = graph.get(top.node)?.[top.next];
      top.next += 1;
      if (target === undefined) {
        path.pop();
        leave(top.node, path.at(-1)?.node);
      } else if (!order.has(target)) {
        if (graph.has(target)) enter(target, path);
      } else if (isOpen.has(target)) {
        lower(top.node, order.get(target));
      }
    }
  }
  return cycles.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));

  function enter(node: string, path: { node: string; next: number }[]): void {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    path.push({ node, next: 0 });
  }

  function leave(node: string, parent: string | undefined): void {
    if (parent !== undefined) lower(parent, low.get(node));
    if (low.get(node) !== order.get(node)) return;
    const members = open.splice(open.lastIndexOf(node));
    for (const member of members) isOpen.delete(member);
    if (members.length > 1) cycles.push(members.sort());
  }

  function lower(node: string, to: number | undefined): void {
    low.set(node, Math.min(low.get(node) ?? 0, to ?? Infinity));
  }
}

/** The distance of each node from the nodes that lead somewhere and that nothing leads to. Others have none. */
export function layersOf(graph: Graph): Map<string, number> {
  const reached = new Set([...graph.values()].flat());
  let front = [...graph]
    .filter(([node, targets]) => targets.length > 0 && !reached.has(node))
    .map(([node]) => node);
  const layers = new Map(front.map((node) => [node, 0]));
  for (let layer = 1; front.length > 0; layer += 1) {
    const next: string[] = [];
    for (const node of front)
      for (const target of graph.get(node) ?? []) {
        if (layers.has(target) || !graph.has(target)) continue;
        layers.set(target, layer);
        next.push(target);
      }
    front = next;
  }
  return layers;
}
