import type { FileFacts, ReferenceKind, TypeRef } from '../file-facts.ts';
import type { FlatTree } from '../flat-tree.ts';
import {
  addFinding,
  addMember,
  addReference,
  memberBinding,
  openText,
  type LanguageText,
} from '../language-text.ts';
import { builtIn } from './built-in.ts';
import { declareAll } from './declare.ts';
import { FILE_SCOPE, readExports } from './modules.ts';
import {
  bindingOfExpression,
  qualifiedBinding,
  receiverName,
  typeOfAnnotation,
  typeOfSymbol,
} from './types.ts';

/** Reads the facts of a Go text. */
export function readGo(tree: FlatTree): FileFacts {
  const text = openText(tree);
  const { facts } = text;
  declareAll(text);
  linkMethods(text);
  readExports(text);
  for (const [symbol, fact] of facts.symbols.entries())
    if (/^(CLASS|INTERFACE|TYPE)$/.test(fact.kind)) fact.bases = basesOf(text, symbol);
  for (const [symbol, fact] of facts.symbols.entries()) fact.type = typeOfSymbol(text, symbol);
  for (let node = 0; node < tree.count; node += 1) {
    readReference(text, node);
    readFinding(text, node);
  }
  return facts.build((type) => type === 'comment');
}

/** Methods may stand before their types or in other files, so they find their owners when all types are known. */
function linkMethods(text: LanguageText): void {
  const { facts, definedAt } = text;
  for (const [symbol, fact] of facts.symbols.entries()) {
    const node = definedAt[symbol] ?? -1;
    const name = fact.kind === 'METHOD' && fact.parent === null ? receiverName(text, node) : null;
    if (name === null) continue;
    const declared = text.scopes.find(FILE_SCOPE, name);
    if (declared?.is === 'SYMBOL') {
      fact.parent = declared.symbol;
      addMember(text, declared.symbol, { name: fact.name, symbol });
    } else fact.owner = { of: 'NAME', name };
  }
}

/** Embedded types give their members; a type defined by another one gives its fields. */
function basesOf(text: LanguageText, symbol: number): TypeRef[] {
  const { tree } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  const type = tree.child(node, 'type');
  if (tree.type(node) === 'type_alias' || type < 0) return [];
  if (/^(type_identifier|qualified_type|generic_type)$/.test(tree.type(type)))
    return [typeOfAnnotation(text, type) ?? []].flat();
  const list = tree.type(type) === 'struct_type' ? tree.childOfType(type, 'field_declaration_list') : type;
  if (list < 0 || !/^(struct|interface)_type$/.test(tree.type(type))) return [];
  return [...tree.children(list)].flatMap((part) => {
    if (tree.type(part) === 'field_declaration' && tree.child(part, 'name') < 0)
      return typeOfAnnotation(text, tree.child(part, 'type')) ?? [];
    return tree.type(part) === 'type_elem' ? (typeOfAnnotation(text, part) ?? []) : [];
  });
}

function readReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  if (text.declaring[node] === 1) return;
  switch (tree.type(node)) {
    case 'identifier':
      return readName(text, node);
    case 'type_identifier': {
      if (tree.type(tree.parent(node)) === 'qualified_type') return;
      const binding = bindingOfExpression(text, node);
      if (binding !== null) addReference(text, node, { binding, kind: kindOfType(text, node) });
      return;
    }
    case 'qualified_type': {
      const binding = qualifiedBinding(text, node);
      if (binding !== null)
        addReference(text, tree.child(node, 'name'), { binding, kind: kindOfType(text, node) });
      return;
    }
    case 'selector_expression': {
      const binding = bindingOfExpression(text, node);
      const kind = isCalled(text, node) ? 'CALL' : 'READ';
      if (binding === null || (binding.to === 'NAME' && kind !== 'CALL')) return;
      addReference(text, tree.child(node, 'field'), { binding, kind });
    }
  }
}

function readName(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const name = tree.text(node);
  if (builtIn.has(name)) return;
  const literal = tree.parent(node);
  const element = tree.parent(literal);
  if (
    tree.type(literal) === 'literal_element' &&
    tree.field(literal) === 'key' &&
    tree.type(element) === 'keyed_element'
  )
    return readKey(text, node, tree.parent(tree.parent(element)));
  const binding = bindingOfExpression(text, node);
  // The name of a package is no reference by itself: the member behind it is.
  if (binding === null || binding.to === 'IMPORT') return;
  addReference(text, node, { binding, kind: isCalled(text, node) ? 'CALL' : 'READ' });
}

/** `Type{Field: value}`: a key of a literal is a field where the type is a name, and a value where it is a map. */
function readKey(text: LanguageText, node: number, literal: number): void {
  const { tree } = text.facts;
  const type = tree.type(literal) === 'composite_literal' ? tree.child(literal, 'type') : -1;
  const name = tree.text(node);
  const stated = typeOfAnnotation(text, type);
  if (stated !== null)
    return addReference(text, node, { binding: memberBinding(text, stated, name), kind: 'READ' });
  if (type < 0 || !/^(map|array|slice)_type$/.test(tree.type(type))) return;
  const binding = bindingOfExpression(text, node);
  if (binding !== null && binding.to !== 'IMPORT') addReference(text, node, { binding, kind: 'READ' });
}

function isCalled(text: LanguageText, node: number): boolean {
  const { tree } = text.facts;
  return tree.field(node) === 'function' && tree.type(tree.parent(node)) === 'call_expression';
}

/** The instance of a generic function that is called looks like a conversion to a generic type. */
function kindOfType(text: LanguageText, node: number): ReferenceKind {
  const { tree } = text.facts;
  let at = tree.parent(node);
  const isGeneric = tree.type(at) === 'generic_type';
  if (isGeneric) at = tree.parent(at);
  if (isGeneric && tree.type(at) === 'type_conversion_expression') return 'CALL';
  if (tree.type(at) === 'pointer_type') at = tree.parent(at);
  const isEmbedded = tree.type(at) === 'field_declaration' && tree.child(at, 'name') < 0;
  const isElement = tree.type(at) === 'type_elem' && tree.type(tree.parent(at)) === 'interface_type';
  return isEmbedded || isElement ? 'EXTENDS' : 'TYPE';
}

function readFinding(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const type = tree.type(node);
  if (type === 'comment' && /^\/\/\s*nolint\s*$|^\/\/nolint:all\b|^\/\/\s*#nosec\s*$/.test(tree.text(node)))
    addFinding(text, node, 'disabled-check');
  else if (type === 'if_statement' && isSwallowed(text, node)) addFinding(text, node, 'swallowed-error');
}

/** `if err != nil {}` */
function isSwallowed(text: LanguageText, node: number): boolean {
  const { tree } = text.facts;
  const body = tree.child(node, 'consequence');
  const isEmpty = body >= 0 && tree.last(body) - body <= 2;
  return isEmpty && /^err\w* != nil$/.test(tree.text(tree.child(node, 'condition')));
}
