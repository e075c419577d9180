import type { Node } from 'web-tree-sitter';
import { syntaxDepth } from './syntax-depth.ts';
import { loosePiece, type Outline, type Piece } from './piece.ts';
import type { DefinitionKind } from './split-entry.ts';

/** A part of a document with a name: a key, a table or an element. */
interface Part {
  readonly row: number;
  readonly symbol: string | null;
  readonly parents: readonly string[];
}

/** The nodes of a format that are parts, and their names. */
interface Format {
  readonly part: ReadonlySet<string>;
  /** Nodes that contain parts without being one. */
  readonly through: ReadonlySet<string>;
  readonly name: (node: Node) => string | null;
  readonly kind: DefinitionKind;
}

const firstText = (node: Node, ...types: string[]): string | null =>
  node.namedChildren.find((child) => child !== null && types.includes(child.type))?.text.slice(0, 200) ??
  null;
const keyOf = (node: Node): string | null =>
  node
    .childForFieldName('key')
    ?.text.replace(/^["']|["']$/g, '')
    .slice(0, 200) ?? null;

const element: Format = {
  part: new Set(['element', 'script_element', 'style_element', 'snippet_statement']),
  through: new Set(['document']),
  kind: 'ELEMENT',
  name: (node) => {
    if (node.type === 'snippet_statement')
      return /\{#snippet\s+([\w$]+)/.exec(node.text.slice(0, 200))?.[1] ?? null;
    const tag = /^<([\w:-]+)([^>]{0,400})/.exec(node.text.slice(0, 500));
    const id = /\bid\s*=\s*["']?([\w-]+)/.exec(tag?.[2] ?? '')?.[1];
    return tag === null ? null : `${tag[1]}${id === undefined ? '' : `#${id}`}`;
  },
};
const formats: Record<string, Format> = {
  json: { part: new Set(['pair']), through: new Set(['document', 'object']), name: keyOf, kind: 'KEY' },
  yaml: {
    part: new Set(['block_mapping_pair']),
    through: new Set(['stream', 'document', 'block_node', 'block_mapping']),
    name: keyOf,
    kind: 'KEY',
  },
  toml: {
    part: new Set(['table', 'table_array_element', 'pair']),
    through: new Set(['document']),
    name: (node) => firstText(node, 'dotted_key', 'bare_key', 'quoted_key'),
    kind: 'KEY',
  },
  html: element,
  svelte: element,
  vue: element,
};
/** A part with more lines than this is read for parts inside it. */
const LONG = 30;
const DEEPEST = 5;
/** The rank of borders between outermost parts; each level of depth makes a border worth one less. */
const OUTERMOST_RANK = 10;

/** Whether a dialect is a document of named parts rather than code. */
export function isStructured(dialect: string): boolean {
  return dialect in formats;
}

/** Whether a piece of a page is a script, which is split as code. */
export const isScript = (symbol: string | null): boolean => /^script(?:#|$)/.test(symbol ?? '');

/** Cuts a parsed document at its named parts: keys, tables, elements. */
export function structureOutline(root: Node, lines: readonly string[], dialect: string): Outline {
  const format = formats[dialect];
  const parts: Part[] = [];
  if (format !== undefined) collect(root, { format, parents: [], depth: 0 }, parts);
  const starts: Part[] = parts[0]?.row === 0 ? parts : [{ row: 0, symbol: null, parents: [] }, ...parts];
  const pieces = starts.flatMap(({ row, symbol, parents }, index): Piece[] => {
    const to = (starts[index + 1]?.row ?? lines.length) - 1;
    if (to < row) return [];
    // A script is split as code, so nothing else may stand in its piece.
    const isClosed = isScript(symbol) || isScript(starts[index - 1]?.symbol ?? null);
    const rank = OUTERMOST_RANK - parents.length;
    const place = { symbol, parents, context: parents, signature: symbol, signatureRow: row };
    return [{ ...loosePiece(row, to), ...place, isClosed, rank, level: parents.length }];
  });
  const definitions = parts.flatMap(({ row, symbol, parents }) =>
    symbol === null || format === undefined
      ? []
      : [{ name: symbol, qualifiedName: [...parents, symbol].join('.'), kind: format.kind, line: row + 1 }],
  );
  return { pieces, definitions, depth: syntaxDepth(root, lines, pieces) };
}

interface Place {
  readonly format: Format;
  readonly parents: readonly string[];
  readonly depth: number;
}

function collect(node: Node, place: Place, parts: Part[]): void {
  const { format, parents, depth } = place;
  for (const child of node.namedChildren) {
    if (child === null) continue;
    if (format.through.has(child.type)) collect(child, place, parts);
    if (!format.part.has(child.type)) continue;
    const symbol = format.name(child);
    const { row } = child.startPosition;
    // Of several parts on one line the outermost names it.
    if (parts.at(-1)?.row !== row) parts.push({ row, symbol, parents });
    if (child.endPosition.row - row < LONG || depth >= DEEPEST) continue;
    const inside = { format, parents: symbol === null ? parents : [...parents, symbol], depth: depth + 1 };
    collect(child, inside, parts);
    for (const value of child.namedChildren)
      if (value !== null && !format.part.has(value.type) && !format.through.has(value.type))
        collect(value, inside, parts);
  }
}
