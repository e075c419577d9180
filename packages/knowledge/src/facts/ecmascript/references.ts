import type { Binding, ReferenceKind } from '../file-facts.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { builtIn } from './node-types.ts';
import { bindingOfExpression } from './types.ts';

const names: ReadonlySet<string> = new Set([
  'identifier',
  'type_identifier',
  'shorthand_property_identifier',
]);
const chains: ReadonlySet<string> = new Set([
  'member_expression',
  'nested_identifier',
  'nested_type_identifier',
]);

/** The last pass: every use of a name that is not local. */
export function readReferences(text: EcmascriptText): void {
  const { tree } = text.facts;
  // A script without imports or exports sees the globals of other scripts; a module's free names are the platform's.
  const isModule = text.facts.imports.length > 0 || text.facts.exports.length > 0;
  for (let node = 0; node < tree.count; node += 1) {
    const type = tree.type(node);
    if (names.has(type)) readName(text, node, type, isModule);
    else if (chains.has(type)) readChain(text, node);
  }
}

function readName(text: EcmascriptText, node: number, type: string, isModule: boolean): void {
  const { tree } = text.facts;
  if (text.declaring[node] === 1 || builtIn.has(tree.text(node))) return;
  const parent = tree.parent(node);
  const parentType = tree.type(parent);
  if (
    /_pattern$|^(labeled_statement|namespace_import|import_clause|import_specifier|namespace_export)$/.test(
      parentType,
    )
  ) {
    if (tree.field(node) !== 'right' && parentType !== 'assignment_pattern') return;
  }
  if (/^jsx_/.test(parentType) && /^[a-z]/.test(tree.text(node))) return;
  const binding = bindingOfExpression(text, node);
  if (binding === null || (binding.to === 'NAME' && isModule)) return;
  if (binding.to === 'SYMBOL' && isOwnDeclaration(text, node, binding.symbol)) return;
  add(text, node, binding, kindOf(text, node, type));
}

function isOwnDeclaration(text: EcmascriptText, node: number, symbol: number): boolean {
  const at = text.definedAt[symbol] ?? -1;
  return text.facts.tree.parent(node) === at && text.facts.tree.field(node) === 'name';
}

/** The member of a chain. The name it begins with is a reference of its own. */
function readChain(text: EcmascriptText, node: number): void {
  const { tree } = text.facts;
  const kind = kindOf(text, node, tree.type(node));
  const binding = bindingOfExpression(text, node);
  if (binding === null) return;
  // Without a stated receiver a member is only a word; a call of one may still be the only one of its name.
  if (binding.to === 'NAME' && kind !== 'CALL') return;
  add(text, tree.last(node), binding, kind);
}

function kindOf(text: EcmascriptText, node: number, type: string): ReferenceKind {
  const { tree } = text.facts;
  let at = node;
  // `a.b` as the object of a longer chain is read, whatever becomes of the chain.
  let parent = tree.parent(at);
  while (/^(non_null_expression|parenthesized_expression)$/.test(tree.type(parent))) {
    at = parent;
    parent = tree.parent(at);
  }
  const field = tree.field(at);
  const parentType = tree.type(parent);
  if (parentType === 'call_expression' && field === 'function') return 'CALL';
  if (parentType === 'new_expression' && field === 'constructor') return 'CALL';
  if (parentType === 'decorator') return 'CALL';
  if (/^jsx_(opening|self_closing)_element$/.test(parentType)) return 'CALL';
  if (isHeritage(text, at)) return 'EXTENDS';
  return type === 'type_identifier' || type === 'nested_type_identifier' ? 'TYPE' : 'READ';
}

function isHeritage(text: EcmascriptText, node: number): boolean {
  const { tree } = text.facts;
  let parent = tree.parent(node);
  if (tree.type(parent) === 'generic_type' && tree.field(node) === 'name') parent = tree.parent(parent);
  return /^(extends_clause|implements_clause|class_heritage|extends_type_clause)$/.test(tree.type(parent));
}

function add(text: EcmascriptText, node: number, binding: Binding, kind: ReferenceKind): void {
  const { facts, inside } = text;
  const at = inside[node] ?? -1;
  facts.reference({ binding, kind, line: facts.tree.line(node), inside: at < 0 ? null : at });
}
