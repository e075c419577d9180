import type { ReferenceKind } from '../file-facts.ts';
import { addReference } from '../language-text.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { builtIn, platformMethods } from './node-types.ts';
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
    if (names.has(type)) readName(text, node, isModule);
    else if (chains.has(type)) readChain(text, node);
  }
}

/** Nodes whose names other nodes account for, except for default values. */
const namings =
  /_pattern$|^(labeled_statement|namespace_import|import_clause|import_specifier|namespace_export)$/;

function readName(text: EcmascriptText, node: number, isModule: boolean): void {
  const { tree } = text.facts;
  if (text.declaring[node] === 1 || builtIn.has(tree.text(node)) || !isUse(text, node)) return;
  const binding = bindingOfExpression(text, node);
  if (binding === null || (binding.to === 'NAME' && isModule)) return;
  if (binding.to === 'SYMBOL') {
    const { symbol } = binding;
    if (isOwnDeclaration(text, node, symbol) || isTypeAsValue(text, node, symbol)) return;
  }
  addReference(text, node, { binding, kind: kindOf(text, node, tree.type(node)) });
}

function isUse(text: EcmascriptText, node: number): boolean {
  const { tree } = text.facts;
  const parent = tree.type(tree.parent(node));
  const field = tree.field(node);
  // The last part of `ns.Type` is read with the whole chain.
  if (parent === 'nested_type_identifier' && field === 'name') return false;
  if (namings.test(parent) && field !== 'right' && parent !== 'assignment_pattern') return false;
  return !(/^jsx_/.test(parent) && /^[a-z]/.test(tree.text(node)));
}

/** `instanceof File` does not mean an interface of that name: a value and a type may share one. */
function isTypeAsValue(text: EcmascriptText, node: number, symbol: number): boolean {
  const { tree, symbols } = text.facts;
  if (tree.type(node) !== 'identifier' || !/^(INTERFACE|TYPE)$/.test(symbols[symbol]?.kind ?? ''))
    return false;
  const parent = tree.type(tree.parent(node));
  return !/^(export_specifier|export_statement)$/.test(parent) && !isHeritage(text, node);
}

function isOwnDeclaration(text: EcmascriptText, node: number, symbol: number): boolean {
  const at = text.definedAt[symbol] ?? -1;
  return text.facts.tree.parent(node) === at && text.facts.tree.field(node) === 'name';
}

/** Reads the member of a chain; the first name of the chain is a separate reference. */
function readChain(text: EcmascriptText, node: number): void {
  const { tree } = text.facts;
  const kind = kindOf(text, node, tree.type(node));
  const binding = bindingOfExpression(text, node);
  if (binding === null) return;
  // A member of an unknown receiver cannot be resolved, but a call may match the only method of its name.
  if (binding.to === 'NAME' && (kind !== 'CALL' || platformMethods.has(binding.name))) return;
  addReference(text, tree.last(node), { binding, kind });
}

function kindOf(text: EcmascriptText, node: number, type: string): ReferenceKind {
  const { tree } = text.facts;
  let at = node;
  // `a.b` as the object of a longer chain is a read, even if the chain is called.
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
