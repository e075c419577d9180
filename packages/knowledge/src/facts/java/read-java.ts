import type { FileFacts, ReferenceKind, TypeRef } from '../file-facts.ts';
import { isExpectedLoss } from '../expected-loss.ts';
import type { FlatTree } from '../flat-tree.ts';
import {
  addFinding,
  addReference,
  calledName,
  isEmptyBlock,
  openText,
  type LanguageText,
} from '../language-text.ts';
import { declareAll } from './declare.ts';
import { readExports } from './modules.ts';
import { bindingOfExpression, memberOfObject, typeOfAnnotation, typeOfSymbol } from './types.ts';

/** Reads the facts of a Java text. */
export function readJava(tree: FlatTree): FileFacts {
  const text = openText(tree);
  const { facts } = text;
  declareAll(text);
  readExports(text);
  for (const [symbol, fact] of facts.symbols.entries())
    if (/^(CLASS|INTERFACE|ENUM)$/.test(fact.kind)) fact.bases = basesOf(text, symbol);
  for (const [symbol, fact] of facts.symbols.entries()) fact.type = typeOfSymbol(text, symbol);
  for (let node = 0; node < tree.count; node += 1) {
    if (text.declaring[node] !== 1) readReference(text, node);
    readFinding(text, node);
  }
  return facts.build((type) => type.endsWith('_comment'));
}

/** The types that a type extends, followed by those it implements. */
function basesOf(text: LanguageText, symbol: number): TypeRef[] {
  const { tree } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  if (node < 0) return [];
  return [...tree.children(node)].flatMap((clause) => {
    if (!/^(superclass|super_interfaces|extends_interfaces)$/.test(tree.type(clause))) return [];
    const list = tree.childOfType(clause, 'type_list');
    const parts = [...tree.children(list < 0 ? clause : list)];
    return parts.flatMap((part) => typeOfAnnotation(text, part) ?? []);
  });
}

function readReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'identifier':
      return readName(text, node);
    case 'type_identifier': {
      if (tree.type(tree.parent(node)) === 'scoped_type_identifier' && tree.before(node) >= 0) return;
      const binding = bindingOfExpression(text, node);
      if (binding !== null) addReference(text, node, { binding, kind: kindOfType(text, node) });
      return;
    }
    case 'scoped_type_identifier': {
      const binding = bindingOfExpression(text, node);
      if (binding !== null) addReference(text, tree.last(node), { binding, kind: kindOfType(text, node) });
      return;
    }
    case 'field_access': {
      const binding = bindingOfExpression(text, node);
      if (binding !== null && binding.to !== 'NAME')
        addReference(text, tree.child(node, 'field'), { binding, kind: 'READ' });
      return;
    }
    case 'method_invocation': {
      const binding = bindingOfExpression(text, node);
      if (binding !== null) addReference(text, tree.child(node, 'name'), { binding, kind: 'CALL' });
      return;
    }
    case 'method_reference':
      readMethodReference(text, node);
  }
}

/** Identifiers that other nodes account for, or that name nothing that is defined. */
const elsewhere =
  /^(scoped_identifier|labeled_statement|break_statement|continue_statement|switch_label|module_declaration)$/;

function readName(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const parent = tree.type(tree.parent(node));
  const field = tree.field(node);
  if (elsewhere.test(parent) || field === 'field' || field === 'key') return;
  if (parent === 'method_invocation' && field === 'name') return;
  if (parent === 'method_reference' && tree.before(node) >= 0) return;
  const binding = bindingOfExpression(text, node);
  if (binding === null) return;
  addReference(text, node, { binding, kind: /annotation$/.test(parent) ? 'TYPE' : 'READ' });
}

/** `Type::method`, `value::method` */
function readMethodReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const name = tree.last(node);
  if (tree.type(name) !== 'identifier') return;
  const binding = memberOfObject(text, node + 1, { name: calledName(tree.text(name)), depth: 0 });
  if (binding.to !== 'NAME') addReference(text, name, { binding, kind: 'READ' });
}

function kindOfType(text: LanguageText, node: number): ReferenceKind {
  const { tree } = text.facts;
  let at = node;
  let parent = tree.parent(at);
  if (tree.type(parent) === 'generic_type') [at, parent] = [parent, tree.parent(parent)];
  if (tree.type(parent) === 'object_creation_expression') return 'CALL';
  if (tree.type(parent) === 'type_list') parent = tree.parent(parent);
  return /^(superclass|super_interfaces|extends_interfaces)$/.test(tree.type(parent)) ? 'EXTENDS' : 'TYPE';
}

function readFinding(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  if (tree.type(node) === 'catch_clause') {
    const isExpected = /\b(?:ignored?|expected|unused)\b|\(\s*\w+(?:\.\w+)*\s+_\s*\)/i.test(
      tree.text(node).slice(0, 200),
    );
    if (!isExpected && isEmptyBlock(text, tree.child(node, 'body')) && !isExpectedLoss(text, node))
      addFinding(text, node, 'swallowed-error');
  } else if (
    /annotation$/.test(tree.type(node)) &&
    tree.text(tree.child(node, 'name')) === 'SuppressWarnings' &&
    /"all"/.test(tree.text(node))
  )
    addFinding(text, node, 'disabled-check');
}
