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
  const scripts: { readonly piece: Piece; readonly depth: CutDepth }[] = [];
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
    pieces.push(...outline.pieces.map((inner, index) => inPage(inner, piece, index === 0)));
    definitions.push(...outline.definitions.map((each) => ({ ...each, line: each.line + piece.from })));
    scripts.push({ piece, depth: outline.depth });
  }
  const depth = (row: number): number => {
    const script = scripts.find(({ piece }) => piece.from <= row && row <= piece.to);
    return script === undefined ? page.depth(row) : script.depth(row - script.piece.from);
  };
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
