import type { CutDepth, Outline, Piece } from './piece.ts';
import type { Definition } from './split-entry.ts';
import { isScript } from './structure-outline.ts';

/** Outlines the code of a script. */
type OutlineCode = (lines: readonly string[]) => Promise<Outline>;

/** Replaces the scripts of a page by the pieces of their code. */
export async function withScripts(
  lines: readonly string[],
  page: Outline,
  outlineCode: OutlineCode,
): Promise<Outline> {
  const pieces: Piece[] = [];
  const definitions: Definition[] = [...page.definitions];
  /** The rating of each row that belongs to a script. */
  const depths = new Map<number, CutDepth>();
  for (const piece of page.pieces) {
    if (!isScript(piece.symbol)) {
      pieces.push(piece);
      continue;
    }
    // The tags become blanks, so that every line keeps its number.
    const code = lines
      .slice(piece.from, piece.to + 1)
      .map((line) => line.replace(/<\/?script\b[^>]*>/gi, ''));
    const outline = await outlineCode(code);
    // Not `push(...)`: V8 refuses some 125,000 arguments, and one script can have more definitions.
    for (const [index, inner] of outline.pieces.entries()) pieces.push(inPage(inner, piece, index === 0));
    for (const each of outline.definitions) definitions.push({ ...each, line: each.line + piece.from });
    const { from, to } = piece;
    for (let row = from; row <= to; row += 1) depths.set(row, (at) => outline.depth(at - from));
  }
  const depth: CutDepth = (row) => (depths.get(row) ?? page.depth)(row);
  return { pieces, definitions: definitions.toSorted((a, b) => a.line - b.line), depth };
}

function inPage(inner: Piece, script: Piece, isFirst: boolean): Piece {
  const { symbol, parents, context } = inner;
  return {
    ...inner,
    from: script.from + inner.from,
    to: script.from + inner.to,
    signatureRow: script.from + inner.signatureRow,
    leadRow: script.from + inner.leadRow,
    symbol: symbol ?? script.symbol,
    parents: symbol === null ? script.parents : [...script.parents, 'script', ...parents],
    context: symbol === null ? script.context : context,
    isClosed: inner.isClosed || isFirst,
  };
}
