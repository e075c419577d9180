import type { Node } from 'web-tree-sitter';
import { LARGEST_PASSAGE, textDepth, type CutDepth } from '../split/cut-large.ts';

/** What belongs to the statement below it. */
const leading = /comment|decorator|attribute|annotation/;
/** Nesting that nobody writes by hand is not followed. */
const DEEPEST = 60;
/** A cut inside of what is a whole is worse than any border, and one before a blank or a brace still worse. */
const INSIDE = 100;

/** How deep in the syntax each row begins something: statements of a function before those of the loops in it. */
export function syntaxDepth(root: Node, lines: readonly string[]): CutDepth {
  const otherwise = textDepth(lines);
  // Looked for only when a piece is too large: most files have none.
  let depths: Map<number, number> | null = null;
  return (row) => {
    depths ??= depthsOf(root, lines);
    return depths.get(row) ?? INSIDE + otherwise(row);
  };
}

function depthsOf(root: Node, lines: readonly string[]): Map<number, number> {
  const depths = new Map<number, number>();
  const cursor = root.walk();
  /** Of each open level: whether its last node leads the next, and on which row that one ended. */
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
      // What fits into a passage with others need not be looked into.
      const isLarge = end > row && cursor.endIndex - cursor.startIndex > LARGEST_PASSAGE / 4;
      if (isLarge && depth < DEEPEST && cursor.gotoFirstChild()) {
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
