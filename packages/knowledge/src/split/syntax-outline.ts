import type { Node } from 'web-tree-sitter';
import { syntaxDepth } from './syntax-depth.ts';
import { definitionTree, type TreeItem } from './definition-tree.ts';
import { LARGEST_PASSAGE, loosePiece, sizeOf, SMALLEST_PASSAGE, type Outline, type Piece } from './piece.ts';

/** A container shorter than this says more as a whole. */
const SHORT = 25;
/** Borders before functions and classes are worth more than those before constants, fields and loose statements. */
const RANKS = { loose: 0, value: 1, code: 2 } as const;

/** Cuts a parsed file where its definitions begin and end; the statements between them belong to no name. */
export function syntaxOutline(root: Node, lines: readonly string[]): Outline {
  const { items, definitions } = definitionTree(root, lines);
  const builder = new OutlineBuilder(lines);
  builder.scope(items, loosePiece(0, lines.length - 1));
  return { pieces: builder.pieces, definitions, depth: syntaxDepth(root, lines, builder.pieces) };
}

class OutlineBuilder {
  readonly pieces: Piece[] = [];
  readonly #lines: readonly string[];
  /** The next row that no piece covers. */
  #row = 0;
  #isClosed = false;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** Adds the pieces of a scope: its items, and between them runs of its own lines. */
  scope(items: readonly TreeItem[], own: Piece): void {
    for (const item of items) {
      if (item.to < this.#row) continue;
      this.#add({ ...own, from: this.#row, to: item.from - 1 });
      this.#item(item, own.level);
    }
    this.#add({ ...own, from: this.#row, to: own.to });
  }

  #item(item: TreeItem, level: number): void {
    const piece: Piece = {
      from: this.#row,
      to: item.to,
      symbol: item.symbol,
      parents: item.parents,
      signature: item.signature,
      signatureRow: item.row,
      leadRow: item.from,
      context: item.parents,
      level,
      isClosed: false,
      rank: item.inside === null ? RANKS.value : RANKS.code,
    };
    const children = this.#childrenOfTheirOwn(item);
    if (children.length === 0) {
      this.#add(piece);
      return;
    }
    this.#isClosed = true;
    const [first] = children;
    // The head of a container stays at its level, and its members and all that follows in it lie deeper.
    if (first !== undefined) this.#add({ ...piece, to: first.from - 1 });
    this.scope(children, { ...piece, level: level + 1, rank: RANKS.loose });
    this.#isClosed = true;
  }

  /** The children that get pieces: all members of a long container, and the large functions of a large function. */
  #childrenOfTheirOwn({ row, to, inside, kind, children }: TreeItem): readonly TreeItem[] {
    if (to - row < SHORT) return [];
    if (inside !== 'CODE' || kind === 'TEST') return children;
    if (this.#sizeOf(row, to) <= LARGEST_PASSAGE) return [];
    return children.filter((child) => this.#sizeOf(child.from, child.to) >= SMALLEST_PASSAGE);
  }

  #sizeOf(from: number, to: number): number {
    let size = 0;
    for (let row = from; row <= to; row += 1) size += sizeOf(this.#lines[row]);
    return size;
  }

  /** Adds a piece, unless it is empty. Closing braces and blank lines go to the piece before them. */
  #add(piece: Piece): void {
    if (piece.to < piece.from) return;
    this.#row = piece.to + 1;
    const last = this.pieces.at(-1);
    if (last !== undefined && this.#isScrap(piece))
      this.pieces[this.pieces.length - 1] = { ...last, to: piece.to };
    else {
      this.pieces.push({ ...piece, isClosed: this.#isClosed });
      this.#isClosed = false;
    }
  }

  #isScrap({ from, to }: Piece): boolean {
    for (let row = from; row <= to; row += 1)
      if (!/^(?:[\s{}()[\];,]*|\s*end\s*)$/.test(this.#lines[row] ?? '')) return false;
    return true;
  }
}
