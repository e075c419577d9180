/**
 * Groups of nodes that all reach each other, each sorted, the smallest first. Tarjan's algorithm over numbers and with a
 * stack of its own: a chain of ten thousand imports would overflow the call stack.
 */
export function strongComponents(targets: readonly (readonly number[])[]): number[][] {
  const count = targets.length;
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const isOpen = new Uint8Array(count);
  const nextTarget = new Int32Array(count);
  const open: number[] = [];
  const found: number[][] = [];
  let visited = 0;

  const enter = (node: number, trail: number[]): void => {
    order[node] = low[node] = visited;
    visited += 1;
    isOpen[node] = 1;
    open.push(node);
    trail.push(node);
  };
  const close = (node: number): void => {
    const members: number[] = [];
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      isOpen[member] = 0;
      members.push(member);
      if (member === node) break;
    }
    if (members.length > 1) found.push(members.sort((a, b) => a - b));
  };

  const lower = (node: number, to: number | undefined): void => {
    low[node] = Math.min(low[node] ?? 0, to ?? 0);
  };
  const leave = (node: number, trail: number[]): void => {
    trail.pop();
    const parent = trail.at(-1);
    if (parent !== undefined) lower(parent, low[node]);
    if (low[node] === order[node]) close(node);
  };

  for (let root = 0; root < count; root += 1) {
    if (order[root] !== -1) continue;
    const trail: number[] = [];
    enter(root, trail);
    for (let node = trail.at(-1); node !== undefined; node = trail.at(-1)) {
      const at = nextTarget[node] ?? 0;
      const target = targets[node]?.[at];
      nextTarget[node] = at + 1;
      if (target === undefined) leave(node, trail);
      else if (order[target] === -1) enter(target, trail);
      else if (isOpen[target] === 1) lower(node, order[target]);
    }
  }
  return found.sort((a, b) => a.length - b.length || (a[0] ?? 0) - (b[0] ?? 0));
}
