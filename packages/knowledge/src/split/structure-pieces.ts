import { crc32 } from 'node:zlib';
import type { Node } from 'web-tree-sitter';
import { cutLarge } from './cut-large.ts';
import type { Piece } from './split-entry.ts';
import { syntaxDepth } from '../syntax/syntax-depth.ts';

/** A part of a document with a name: a key, a table, an element. */
interface Part {
  readonly row: number;
  readonly symbol: string | null;
  readonly parents: readonly string[];
  /** Whether it has so many lines that it stands for itself. */
  readonly long: boolean;
}

/** How the parts of a format are recognised, and what they are called. */
interface Format {
  readonly part: ReadonlySet<string>;
  /** What may hold parts without being one. */
  readonly through: ReadonlySet<string>;
  readonly name: (node: Node) => string | null;
}

const firstText = (node: Node, ...types: string[]): string | null =>
  node.namedChildren.find((child) => child !== null && types.includes(child.type))?.text.slice(0, 200) ??
  null;
const keyOf = (node: Node): string | null =>
  node
    .childForFieldName('key')
    ?.text.replace(/^["']|["']$/g, '')
    .slice(0, 200) ?? null;

const element = {
  part: new Set(['element', 'script_element', 'style_element', 'snippet_statement']),
  through: new Set(['document']),
  name: (node: Node): string | null => {
    if (node.type === 'snippet_statement')
      return /\{#snippet\s+([\w$]+)/.exec(node.text.slice(0, 200))?.[1] ?? null;
    const tag = /^<([\w:-]+)([^>]{0,400})/.exec(node.text.slice(0, 500));
    const id = /\bid\s*=\s*["']?([\w-]+)/.exec(tag?.[2] ?? '')?.[1];
    return tag === null ? null : `${tag[1]}${id === undefined ? '' : `#${id}`}`;
  },
};
const formats: Record<string, Format> = {
  json: { part: new Set(['pair']), through: new Set(['document', 'object']), name: keyOf },
  yaml: {
    part: new Set(['block_mapping_pair']),
    through: new Set(['stream', 'document', 'block_node', 'block_mapping']),
    name: keyOf,
  },
  toml: {
    part: new Set(['table', 'table_array_element', 'pair']),
    through: new Set(['document']),
    name: (node) => firstText(node, 'dotted_key', 'bare_key', 'quoted_key'),
  },
  html: element,
  svelte: element,
  vue: element,
};
/** A part longer than this is looked into. */
const LONG = 30;
const DEEPEST = 5;

/** Whether a dialect is a document of named parts rather than code. */
export function isStructured(dialect: string): boolean {
  return dialect in formats;
}

/** Cuts a parsed document at its named parts: keys, tables, elements. Short ones stay together. */
export function structurePieces(root: Node, lines: readonly string[], dialect: string): Piece[] {
  const format = formats[dialect];
  const parts: Part[] = [];
  if (format !== undefined) collect(root, format, [], parts, 0);
  // Ten keys of a line each say more together than ten times alone; which of them begins a piece is told from what
  // stands there alone, so that a line added above moves nothing below.
  const begun = parts.filter((part, index) => {
    const { row } = part;
    const before = row - (parts[index - 1]?.row ?? row);
    const after = (parts[index + 1]?.row ?? lines.length) - row;
    // A script is read as code, so nothing else may stand in its piece.
    const isScript = [part, parts[index - 1]].some((each) => /^script(#|$)/.test(each?.symbol ?? ''));
    return (
      index === 0 || part.long || isScript || before >= 8 || after >= 8 || crc32(lines[row] ?? '') % 8 === 0
    );
  });
  const starts: Part[] =
    begun[0]?.row === 0 ? begun : [{ row: 0, symbol: null, parents: [], long: true }, ...begun];
  const pieces = starts.flatMap(({ row, symbol, parents }, index): Piece[] => {
    const to = (starts[index + 1]?.row ?? lines.length) - 1;
    return to < row ? [] : [{ from: row, to, symbol, parents }];
  });
  return cutLarge(lines, pieces, syntaxDepth(root, lines));
}

function collect(node: Node, format: Format, parents: readonly string[], parts: Part[], depth: number): void {
  for (const child of node.namedChildren) {
    if (child === null) continue;
    if (format.through.has(child.type)) collect(child, format, parents, parts, depth);
    if (!format.part.has(child.type)) continue;
    const symbol = format.name(child);
    const row = child.startPosition.row;
    // Of several on one line the outermost names it.
    const long = child.endPosition.row - row >= LONG;
    if (parts.at(-1)?.row !== row) parts.push({ row, symbol, parents, long });
    if (!long || depth >= DEEPEST) continue;
    const inside = symbol === null ? parents : [...parents, symbol];
    collect(child, format, inside, parts, depth + 1);
    for (const value of child.namedChildren)
      if (value !== null && !format.part.has(value.type) && !format.through.has(value.type))
        collect(value, format, inside, parts, depth + 1);
  }
}
