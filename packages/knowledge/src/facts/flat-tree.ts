import type { Tree } from 'web-tree-sitter';

/** More nodes than any text below the size limit of parsing has by hand: a tree beyond it is left unread. */
const MOST_NODES = 2_000_000;

/** The columns of a node's row. */
const [TYPE, FIELD, PARENT, NEXT, LAST, START, END, WIDTH] = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * A syntax tree as flat arrays, in source order. Every access to a node of the parser crosses into WebAssembly, and
 * several passes over one tree are needed; copied once by a cursor, a pass costs a tenth of that.
 */
export class FlatTree {
  readonly source: string;
  readonly count: number;
  readonly #types: readonly string[];
  readonly #fields: readonly (string | null)[];
  readonly #rows: Int32Array;
  readonly #lineStarts: readonly number[];

  constructor(tree: Tree, source: string) {
    const { rows, count } = copy(tree);
    this.source = source;
    this.count = count;
    this.#types = tree.language.types;
    this.#fields = tree.language.fields;
    this.#rows = rows;
    this.#lineStarts = lineStartsOf(source);
  }

  type(node: number): string {
    return this.#types[this.#at(node, TYPE)] ?? '';
  }

  /** The name of the parent's field that the node fills. */
  field(node: number): string | null {
    return this.#fields[this.#at(node, FIELD)] ?? null;
  }

  /** The parent, or -1 for the root. */
  parent(node: number): number {
    return node < 0 ? -1 : this.#at(node, PARENT);
  }

  /** The last descendant, so that the nodes of a subtree are `node` to `last(node)`. */
  last(node: number): number {
    return this.#at(node, LAST);
  }

  start(node: number): number {
    return this.#at(node, START);
  }

  end(node: number): number {
    return this.#at(node, END);
  }

  text(node: number): string {
    return this.source.slice(this.start(node), this.end(node));
  }

  /** Children in source order, tokens included. */
  *children(node: number): Generator<number> {
    if (this.last(node) === node) return;
    for (let child = node + 1; child > 0; child = this.#at(child, NEXT)) yield child;
  }

  /** The first child that fills a field, or -1. */
  child(node: number, field: string): number {
    for (const child of this.children(node)) if (this.field(child) === field) return child;
    return -1;
  }

  /** The first child of a type, or -1. */
  childOfType(node: number, type: string): number {
    for (const child of this.children(node)) if (this.type(child) === type) return child;
    return -1;
  }

  has(node: number, token: string): boolean {
    return this.childOfType(node, token) >= 0;
  }

  /** The line of the node's first character, from 1. */
  line(node: number): number {
    return this.lineAt(this.start(node));
  }

  endLine(node: number): number {
    return this.lineAt(Math.max(this.start(node), this.end(node) - 1));
  }

  lineAt(index: number): number {
    const starts = this.#lineStarts;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  get lines(): number {
    return this.#lineStarts.length;
  }

  #at(node: number, column: number): number {
    return this.#rows[node * WIDTH + column] ?? 0;
  }
}

/** Copies the tree in one walk. Siblings and last descendants are filled in when the walk comes past them. */
function copy(tree: Tree): { rows: Int32Array; count: number } {
  let rows = new Int32Array(WIDTH * 4096);
  let count = 0;
  const cursor = tree.walk();
  const trail: number[] = [];
  let previous = -1;
  try {
    for (;;) {
      const node = count;
      if (node > MOST_NODES) throw new RangeError('The tree has too many nodes.');
      if ((node + 1) * WIDTH > rows.length) rows = doubled(rows);
      if (previous >= 0) rows[previous * WIDTH + NEXT] = node;
      const row = node * WIDTH;
      rows[row + TYPE] = cursor.nodeTypeId;
      rows[row + FIELD] = cursor.currentFieldId;
      rows[row + PARENT] = trail.at(-1) ?? -1;
      rows[row + NEXT] = -1;
      rows[row + LAST] = node;
      rows[row + START] = cursor.startIndex;
      rows[row + END] = cursor.endIndex;
      count += 1;
      if (cursor.gotoFirstChild()) {
        trail.push(node);
        previous = -1;
        continue;
      }
      previous = node;
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return { rows, count };
        previous = trail.pop() ?? -1;
        rows[previous * WIDTH + LAST] = count - 1;
      }
    }
  } finally {
    cursor.delete();
  }
}

function doubled(rows: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(rows.length * 2);
  larger.set(rows);
  return larger;
}

function lineStartsOf(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
