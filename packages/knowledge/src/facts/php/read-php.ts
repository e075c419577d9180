import type { FileFacts, ReferenceKind, TypeRef } from '../file-facts.ts';
import { isExpectedLoss } from '../expected-loss.ts';
import type { FlatTree } from '../flat-tree.ts';
import { addFinding, addReference, isEmptyBlock, openText, type LanguageText } from '../language-text.ts';
import { declareAll } from './declare.ts';
import { bindingOfType, classNamed, functionNamed } from './names.ts';
import { bindingOfMember, nameOfMember, typeOfSymbol } from './types.ts';

/** Reads the facts of a PHP text. */
export function readPhp(tree: FlatTree): FileFacts {
  const text = openText(tree);
  const { facts } = text;
  declareAll(text);
  for (const [symbol, fact] of facts.symbols.entries()) {
    if (fact.parent === null)
      facts.exports.push({ name: fact.name, binding: { to: 'SYMBOL', symbol }, line: fact.line });
    if (/^(?:CLASS|INTERFACE|ENUM)$/.test(fact.kind)) fact.bases = basesOf(text, symbol);
  }
  for (const [symbol, fact] of facts.symbols.entries()) fact.type = typeOfSymbol(text, symbol);
  for (let node = 0; node < tree.count; node += 1) {
    readReference(text, node);
    readFinding(text, node);
  }
  return facts.build((type) => type === 'comment');
}

/** The base class, traits and interfaces of a class, in the order in which members are looked up. */
function basesOf(text: LanguageText, symbol: number): TypeRef[] {
  const { tree } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  if (node < 0) return [];
  const body = tree.child(node, 'body');
  const clauses = [
    tree.childOfType(node, 'base_clause'),
    ...(body < 0 ? [] : [...tree.children(body)].filter((each) => tree.type(each) === 'use_declaration')),
    tree.childOfType(node, 'class_interface_clause'),
  ];
  return clauses
    .filter((clause) => clause >= 0)
    .flatMap((clause) => namesIn(text, clause).flatMap((name) => classNamed(text, name) ?? []));
}

function namesIn(text: LanguageText, node: number): number[] {
  const { tree } = text.facts;
  return [...tree.children(node)].filter((child) => /^(?:name|qualified_name)$/.test(tree.type(child)));
}

function readReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'name':
    case 'qualified_name':
      return readName(text, node);
    case 'member_call_expression':
    case 'nullsafe_member_call_expression':
    case 'scoped_call_expression':
      return readMember(text, node, 'CALL');
    case 'member_access_expression':
    case 'nullsafe_member_access_expression':
    case 'scoped_property_access_expression':
    case 'class_constant_access_expression':
      return readMember(text, node, 'READ');
  }
}

function readMember(text: LanguageText, node: number, kind: ReferenceKind): void {
  const binding = bindingOfMember(text, node);
  if (binding === null || binding.to === 'NAME') return;
  addReference(text, nameOfMember(text, node), { binding, kind });
}

/** The kinds of references that names in these nodes are; names elsewhere belong to other nodes. */
const kinds: Readonly<Record<string, ReferenceKind>> = {
  named_type: 'TYPE',
  base_clause: 'EXTENDS',
  class_interface_clause: 'EXTENDS',
  use_declaration: 'EXTENDS',
  object_creation_expression: 'CALL',
  attribute: 'CALL',
};

function readName(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  const parentType = tree.type(parent);
  if (parentType === 'function_call_expression' && tree.field(node) === 'function') {
    const binding = functionNamed(text, node);
    if (binding !== null) addReference(text, node, { binding, kind: 'CALL' });
    return;
  }
  let kind = Object.hasOwn(kinds, parentType) ? kinds[parentType] : undefined;
  if (tree.field(node) === 'scope') kind = 'READ';
  else if (parentType === 'class_constant_access_expression' && nameOfMember(text, parent) !== node)
    kind = 'READ';
  else if (
    parentType === 'binary_expression' &&
    tree.field(node) === 'right' &&
    tree.has(parent, 'instanceof')
  )
    kind = 'TYPE';
  if (kind === undefined) return;
  const binding = bindingOfType(classNamed(text, node));
  // `self` and `static` are not references.
  if (binding === null || /^(?:self|static|parent)$/i.test(tree.text(node))) return;
  addReference(text, tree.last(node), { binding, kind });
}

const disabled = /@phpstan-ignore|@psalm-suppress|phpcs:(?:ignore|disable)|@codeCoverageIgnore/;

function readFinding(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'comment':
      if (disabled.test(tree.text(node).slice(0, 400))) addFinding(text, node, 'disabled-check');
      return;
    case 'catch_clause':
      if (isEmptyBlock(text, tree.child(node, 'body')) && !isExpectedLoss(text, node))
        addFinding(text, node, 'swallowed-error');
      return;
    case 'function_call_expression': {
      const name = tree.text(tree.child(node, 'function'));
      const given = tree.text(Math.max(0, tree.child(node, 'arguments'))).slice(0, 400);
      if (/^(?:eval|exec|shell_exec|system|passthru|popen)$/.test(name) && given.includes('$'))
        addFinding(text, node, 'code-from-text');
    }
  }
}
