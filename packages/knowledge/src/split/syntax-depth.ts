import type { Node } from 'web-tree-sitter';
import { textDepth } from './cut-large.ts';
import { leading } from './definition-tree.ts';
import { LARGEST_PASSAGE, sizeOf, type CutDepth, type Piece } from './piece.ts';

/** Nesting deeper than people write is not followed. */
const DEEPEST = 60;
/** A cut inside a statement is worse than one at any border, and one before a blank line or a brace still worse. */
const INSIDE = 100;

/**
 * Rates each row by how deep in the syntax something begins there: the statements of a function before those of its loops.
 * The tree is read now, since it is gone when pieces are cut, but only where one of them is large.
 */
export function syntaxDepth(root: Node, lines: readonly string[], pieces: readonly Piece[]): CutDepth {
  const elsewhere = textDepth(lines);
  if (!pieces.some((piece) => isLarge(lines, piece))) return elsewhere;
  const depths = depthsOf(root, lines);
  return (row) => depths.get(row) ?? INSIDE + elsewhere(row);
}

function isLarge(lines: readonly string[], { from, to }: Piece): boolean {
  let size = 0;
  for (let row = from; row <= to && size <= LARGEST_PASSAGE; row += 1) size += sizeOf(lines[row]);
  return size > LARGEST_PASSAGE;
}

function depthsOf(root: Node, lines: readonly string[]): Map<number, number> {
  const depths = new Map<number, number>();
  const cursor = root.walk();
  /** Of each open level: whether its last node leads the next, and the row on which that node ended. */
  const before: { leads: boolean; row: number }[] = [];
  let depth = 0;
  try {
    for (;;) {
      const { row, column } = cursor.startPosition;
      const end = cursor.endPosition.row;
      const last = before[depth];
      const isLed = last?.leads === true && row - last.row <= 1;
      before.length = depth;
      before.push({ leads: leading.test(cursor.nodeType), row: end });
      const isFirst = (lines[row] ?? '').slice(0, column).trim() === '';
      if (isFirst && !isLed && cursor.nodeIsNamed && !depths.has(row)) depths.set(row, depth);
      // A node that fits into a passage with others is never cut.
      const mayBeCut = end > row && cursor.endIndex - cursor.startIndex > LARGEST_PASSAGE / 4;
      if (mayBeCut && depth < DEEPEST && cursor.gotoFirstChild()) {
        depth += 1;
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return depths;
        depth -= 1;
      }
    }
  } finally {
    cursor.delete();
  }
}
