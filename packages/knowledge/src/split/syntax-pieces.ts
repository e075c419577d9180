import type { Node } from 'web-tree-sitter';
import { cutLarge } from './cut-large.ts';
import type { Piece } from './split-entry.ts';
import { syntaxDepth } from '../syntax/syntax-depth.ts';

/** Nodes that stand for something with a name. */
const definitions = new Set([
  'function_declaration',
  'function_definition',
  'function_item',
  'generator_function_declaration',
  'function_signature',
  'function_signature_item',
  'method_definition',
  'method_declaration',
  'method',
  'singleton_method',
  'constructor_declaration',
  'class_declaration',
  'abstract_class_declaration',
  'class_definition',
  'class_specifier',
  'class',
  'struct_specifier',
  'struct_item',
  'struct_declaration',
  'enum_declaration',
  'enum_item',
  'enum_specifier',
  'interface_declaration',
  'trait_item',
  'trait_declaration',
  'impl_item',
  'mod_item',
  'module',
  'type_alias_declaration',
  'type_declaration',
  'type_item',
  'type_definition',
  'namespace_definition',
  'namespace_declaration',
  'internal_module',
  'record_declaration',
  'macro_definition',
  'preproc_function_def',
  'union_specifier',
  'property_declaration',
  'annotation_type_declaration',
  'rule_set',
  'media_statement',
  'supports_statement',
  'keyframes_statement',
  'at_rule',
  'test_declaration',
]);
/** Those whose own parts are worth an entry each. */
const containers =
  /class|struct_spec|interface|trait|impl|mod_item|module|namespace|enum_decl|record|test_declaration/;
const wrappers = new Set([
  'export_statement',
  'decorated_definition',
  'ambient_declaration',
  'template_declaration',
  'declaration_list',
  'linkage_specification',
  'expression_statement',
]);
/** Named by what stands before their braces. */
const rules = /^(?:rule_set|at_rule|(?:media|supports|keyframes)_statement)$/;
const leading = /comment|decorator|attribute|annotation/;
/** A container shorter than this says more as a whole. */
const SHORT = 25;
/** Nesting that nobody writes by hand is not followed. */
const DEEPEST = 6;

interface Start {
  readonly row: number;
  readonly symbol: string | null;
  readonly parents: readonly string[];
}

/** Cuts a parsed file where its functions, classes and types begin and end; what stands between belongs to no name. */
export function syntaxPieces(root: Node, lines: readonly string[]): Piece[] {
  const starts: Start[] = [{ row: 0, symbol: null, parents: [] }];
  walk(root, [], starts, 0);
  const ordered = starts.toSorted((a, b) => a.row - b.row);
  const pieces: Piece[] = [];
  ordered.forEach((start, index) => {
    const to = (ordered[index + 1]?.row ?? lines.length) - 1;
    // Of several that begin on one line the last is the innermost; lines can be told apart, columns are not kept.
    if (to >= start.row) pieces.push({ from: start.row, to, symbol: start.symbol, parents: start.parents });
  });
  return cutLarge(lines, joined(pieces, lines), syntaxDepth(root, lines));
}

function walk(parent: Node, parents: readonly string[], starts: Start[], depth: number): void {
  let lead: number | null = null;
  for (const child of parent.namedChildren) {
    if (child === null) continue;
    if (leading.test(child.type)) {
      lead ??= child.startPosition.row;
      continue;
    }
    const node = unwrapped(child);
    const from = lead ?? child.startPosition.row;
    lead = null;
    if (node === null) continue;
    const symbol = nameOf(node);
    starts.push({ row: from, symbol, parents });
    const body =
      node.childForFieldName('body') ??
      node.namedChildren.find((each) => each !== null && /body|block|declaration_list/.test(each.type)) ??
      null;
    const length = node.endPosition.row - node.startPosition.row;
    if (body !== null && depth < DEEPEST && length >= SHORT && containers.test(node.type))
      walk(body, symbol === null ? parents : [...parents, symbol], starts, depth + 1);
    starts.push({
      row: child.endPosition.row + 1,
      symbol: parents.at(-1) ?? null,
      parents: parents.slice(0, -1),
    });
  }
}

/** The definition inside of what wraps it, or what a function is assigned to; null for anything else. */
function unwrapped(node: Node): Node | null {
  if (node.type === 'at_rule' && !node.namedChildren.some((child) => child?.type === 'block')) return null;
  if (definitions.has(node.type)) return node;
  if (wrappers.has(node.type)) {
    for (const child of node.namedChildren) {
      const inner = child === null ? null : unwrapped(child);
      if (inner !== null) return inner;
    }
    return null;
  }
  if (node.type === 'assignment_expression')
    return /function|class/.test(node.childForFieldName('right')?.type ?? '') ? node : null;
  if (node.type !== 'lexical_declaration' && node.type !== 'variable_declaration') return null;
  const value = node.namedChildren
    .find((child) => child?.type === 'variable_declarator')
    ?.childForFieldName('value');
  return value !== null && value !== undefined && /function|class|call_expression|object/.test(value.type)
    ? node
    : null;
}

function nameOf(node: Node): string | null {
  if (rules.test(node.type)) return node.text.split('{', 1)[0]?.trim().slice(0, 120) ?? null;
  const declarator = node.namedChildren.find(
    (child) => child?.type === 'variable_declarator' || child?.type === 'type_spec',
  );
  let named =
    node.childForFieldName('name') ??
    declarator?.childForFieldName('name') ??
    (node.type === 'impl_item' ? node.childForFieldName('type') : null) ??
    (node.type === 'assignment_expression' ? node.childForFieldName('left') : null);
  for (let inner = named ?? node.childForFieldName('declarator'); named === null && inner !== null;) {
    const next = inner.childForFieldName('declarator');
    if (next === null) named = inner;
    inner = next;
  }
  return named?.text.split('\n', 1)[0]?.slice(0, 200) ?? null;
}

/** Scraps between definitions (a brace, a blank line) go to the piece before them; small loose runs stay together. */
function joined(pieces: readonly Piece[], lines: readonly string[]): Piece[] {
  const kept: Piece[] = [];
  for (const piece of pieces) {
    const text = lines
      .slice(piece.from, piece.to + 1)
      .join('')
      .replace(/[\s{}()[\];,]/g, '');
    const last = kept.at(-1);
    if (last !== undefined && text === '') kept[kept.length - 1] = { ...last, to: piece.to };
    else kept.push(piece);
  }
  return kept;
}
