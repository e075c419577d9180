/** The name in a line around a position; null between names, and for a number. */
export function nameAround(line: string, at: number): string | null {
  for (const match of line.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu))
    if (match.index <= at && at <= match.index + match[0].length) return match[0];
  return null;
}

/** The name under the pointer. */
export function wordAt(x: number, y: number): string | null {
  const caret = caretAt(x, y);
  return caret === null ? null : nameAround(caret.node.textContent ?? '', caret.offset);
}

function caretAt(x: number, y: number): { node: Node; offset: number } | null {
  // Older browsers know only the second way.
  if (typeof document.caretPositionFromPoint === 'function') {
    const position = document.caretPositionFromPoint(x, y);
    return position === null ? null : { node: position.offsetNode, offset: position.offset };
  }
  const range = document.caretRangeFromPoint(x, y);
  return range === null ? null : { node: range.startContainer, offset: range.startOffset };
}
