import type { FileFacts, ReferenceKind, TypeRef } from '../file-facts.ts';
import { isExpectedLoss } from '../expected-loss.ts';
import type { FlatTree } from '../flat-tree.ts';
import {
  addFinding,
  addReference,
  firstNamed,
  isEmptyBlock,
  openText,
  type LanguageText,
} from '../language-text.ts';
import { declareAll, modifiersOf } from './declare.ts';
import { bindingOfCall, bindingOfExpression, typeOfAnnotation, typeOfSymbol } from './types.ts';

/** Reads the facts of a C# text. */
export function readCsharp(tree: FlatTree): FileFacts {
  const text = openText(tree);
  const { facts } = text;
  declareAll(text);
  if (facts.packageName === null && facts.symbols.length > 0) facts.packageName = 'csharp:';
  for (const [symbol, fact] of facts.symbols.entries()) {
    if (fact.parent === null)
      facts.exports.push({ name: fact.name, binding: { to: 'SYMBOL', symbol }, line: fact.line });
    if (/^(?:CLASS|INTERFACE)$/.test(fact.kind)) fact.bases = basesOf(text, symbol);
  }
  for (const [symbol, fact] of facts.symbols.entries()) fact.type = typeOfSymbol(text, symbol);
  for (let node = 0; node < tree.count; node += 1) {
    if (text.declaring[node] !== 1) readReference(text, node);
    readFinding(text, node);
  }
  return facts.build((type) => type === 'comment');
}

/** The other parts of a partial class count as bases of this one: its members are found in them. */
function basesOf(text: LanguageText, symbol: number): TypeRef[] {
  const { tree, symbols } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  if (node < 0) return [];
  const list = tree.childOfType(node, 'base_list');
  const bases =
    list < 0 ? [] : [...tree.children(list)].flatMap((each) => typeOfAnnotation(text, each) ?? []);
  const isPartial = modifiersOf(text, node).has('partial') && symbols[symbol]?.parent === null;
  return isPartial ? [...bases, { of: 'NAME', name: symbols[symbol]?.name ?? '' }] : bases;
}

function readReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'identifier':
      return readName(text, node);
    case 'member_access_expression': {
      const binding = bindingOfExpression(text, node);
      if (binding === null || binding.to === 'NAME') return;
      addReference(text, tree.child(node, 'name'), { binding, kind: isCalled(text, node) ? 'CALL' : 'READ' });
    }
  }
}

function isCalled(text: LanguageText, node: number): boolean {
  const { tree } = text.facts;
  return tree.type(tree.parent(node)) === 'invocation_expression' && tree.field(node) === 'function';
}

const elsewhere = /^(?:name_colon|labeled_statement|goto_statement|namespace_declaration|name_equals)$/;

function readName(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  const parentType = tree.type(parent);
  if (elsewhere.test(parentType)) return;
  const isGeneric = parentType === 'generic_name' && firstNamed(text, parent) === node;
  const at = isGeneric ? parent : node;
  const holder = tree.type(tree.parent(at));
  if (holder === 'member_access_expression' && tree.field(at) === 'name') return;
  if (holder === 'qualified_name' && tree.field(at) === 'qualifier') return;
  if (isCalled(text, at)) {
    const binding = bindingOfCall(text, at);
    if (binding !== null) addReference(text, node, { binding, kind: 'CALL' });
    return;
  }
  const kind = kindOf(text, at);
  const binding = kind === 'READ' ? bindingOfExpression(text, node) : bindingOfType(text, node);
  if (binding !== null) addReference(text, node, { binding, kind });
}

function bindingOfType(text: LanguageText, node: number) {
  const type = typeOfAnnotation(text, node);
  if (type?.of === 'SYMBOL') return { to: 'SYMBOL', symbol: type.symbol } as const;
  if (type?.of === 'IMPORT') return { to: 'IMPORT', import: type.import, name: type.name, path: [] } as const;
  return type?.of === 'NAME' ? ({ to: 'NAME', name: type.name, member: false } as const) : null;
}

function kindOf(text: LanguageText, node: number): ReferenceKind {
  const { tree } = text.facts;
  let at = node;
  while (/^(?:qualified_name|nullable_type|array_type)$/.test(tree.type(tree.parent(at))))
    at = tree.parent(at);
  const parent = tree.type(tree.parent(at));
  const field = tree.field(at);
  if (parent === 'base_list') return 'EXTENDS';
  if (parent === 'object_creation_expression' && field === 'type') return 'CALL';
  if (parent === 'attribute') return 'CALL';
  return field === 'type' ||
    field === 'returns' ||
    parent === 'type_argument_list' ||
    parent === 'typeof_expression'
    ? 'TYPE'
    : 'READ';
}

function readFinding(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'preproc_pragma':
      if (/warning\s+disable/.test(tree.text(node).slice(0, 200))) addFinding(text, node, 'disabled-check');
      return;
    case 'catch_clause':
      if (isEmptyBlock(text, tree.child(node, 'body')) && !isExpectedLoss(text, node))
        addFinding(text, node, 'swallowed-error');
  }
}
