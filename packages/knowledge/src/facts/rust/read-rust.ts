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
import { declareAll } from './declare.ts';
import { readMacroTokens } from './macros.ts';
import { readExports } from './modules.ts';
import { bindingOfExpression, typeOfAnnotation, typeOfSymbol } from './types.ts';

/** Reads the facts of a Rust text. */
export function readRust(tree: FlatTree): FileFacts {
  const text = openText(tree);
  const { facts } = text;
  declareAll(text);
  linkImplementations(text);
  readExports(text);
  for (const [symbol, fact] of facts.symbols.entries()) {
    if (fact.kind === 'INTERFACE')
      fact.bases = boundsOf(text, tree.child(text.definedAt[symbol] ?? -1, 'bounds'));
    fact.type = typeOfSymbol(text, symbol);
  }
  for (let node = 0; node < tree.count; node += 1) {
    // The rules of a macro are patterns of text, not code.
    if (tree.type(node) === 'macro_definition') node = tree.last(node);
    else {
      readReference(text, node);
      readFinding(text, node);
    }
  }
  return facts.build((type) => type.endsWith('_comment'));
}

/** Members of an `impl` belong to its type, which may stand behind it or in another file; its trait is a base of that. */
function linkImplementations(text: LanguageText): void {
  const { facts } = text;
  const owners = new Map<number, TypeRef | null>();
  for (const node of text.implementations) owners.set(node, linkTrait(text, node));
  for (const [symbol, fact] of facts.symbols.entries()) {
    const owner = owners.get(facts.tree.parent(facts.tree.parent(text.definedAt[symbol] ?? -1))) ?? null;
    if (owner?.of === 'SYMBOL') {
      fact.parent = owner.symbol;
      fact.qualifiedName = `${facts.symbols[owner.symbol]?.qualifiedName ?? ''}.${fact.name}`.slice(0, 500);
      addMember(text, owner.symbol, { name: fact.name, symbol });
    } else if (owner !== null) fact.owner = owner;
  }
}

/** Makes the trait of an `impl` a base of its type; returns the type. */
function linkTrait(text: LanguageText, implementation: number): TypeRef | null {
  const { tree, symbols } = text.facts;
  const type = typeOfAnnotation(text, tree.child(implementation, 'type'));
  if (type?.of !== 'SYMBOL') return type;
  const trait = tree.child(implementation, 'trait');
  const base = trait >= 0 ? typeOfAnnotation(text, trait) : null;
  const symbol = symbols[type.symbol];
  if (symbol !== undefined && base !== null) symbol.bases = [...symbol.bases, base];
  return type;
}

function boundsOf(text: LanguageText, bounds: number): TypeRef[] {
  const { tree } = text.facts;
  return bounds < 0 ? [] : [...tree.children(bounds)].flatMap((each) => typeOfAnnotation(text, each) ?? []);
}

function readReference(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  if (text.declaring[node] === 1) return;
  switch (tree.type(node)) {
    case 'identifier':
    case 'type_identifier':
      return readName(text, node);
    case 'scoped_identifier':
    case 'scoped_type_identifier':
      return readPath(text, node);
    case 'field_expression':
      return readField(text, node);
    case 'field_initializer':
      readInitializer(text, node);
  }
}

function readName(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const parent = tree.type(tree.parent(node));
  if (parent === 'token_tree') return readMacroTokens(text, node);
  if (/^(?:scoped_.*|token_tree_pattern|attribute|field_pattern)$/.test(parent)) return;
  const binding = bindingOfExpression(text, node);
  if (binding !== null) addReference(text, node, { binding, kind: kindOf(text, node) });
}

function readPath(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  // Modules in front of a longer path are not references; a type in front is one.
  const isFront = tree.field(node) === 'path' && !/^\p{Lu}/u.test(tree.text(name));
  const binding = isFront ? null : bindingOfExpression(text, node);
  if (binding !== null) addReference(text, name, { binding, kind: kindOf(text, node) });
  if (binding?.to === 'MEMBER' || binding?.to === 'SYMBOL') readFront(text, tree.child(node, 'path'));
}

function readField(text: LanguageText, node: number): void {
  const binding = bindingOfExpression(text, node);
  const kind = kindOf(text, node);
  if (binding === null || (binding.to === 'NAME' && kind !== 'CALL')) return;
  addReference(text, text.facts.tree.child(node, 'field'), { binding, kind });
}

/** `Type::new()` uses the type too. */
function readFront(text: LanguageText, path: number): void {
  const { tree } = text.facts;
  if (path < 0 || !/^(identifier|generic_type)$/.test(tree.type(path)) || tree.text(path) === 'Self') return;
  const binding = bindingOfExpression(
    text,
    tree.type(path) === 'generic_type' ? tree.child(path, 'type') : path,
  );
  if (binding !== null && tree.type(path) === 'identifier')
    addReference(text, path, { binding, kind: 'READ' });
}

/** `Type { field: value }` */
function readInitializer(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const literal = tree.parent(tree.parent(node));
  const type = typeOfAnnotation(text, tree.child(literal, 'name'));
  const field = tree.child(node, 'field');
  if (type === null || field < 0) return;
  addReference(text, field, { binding: memberBinding(text, type, tree.text(field)), kind: 'READ' });
}

function kindOf(text: LanguageText, node: number): ReferenceKind {
  const { tree } = text.facts;
  const field = tree.field(node);
  const parent = tree.type(tree.parent(node));
  if (field === 'function' || field === 'macro') return 'CALL';
  if (field === 'trait' && parent === 'impl_item') return 'EXTENDS';
  if (parent === 'trait_bounds' && tree.type(tree.parent(tree.parent(node))) === 'trait_item')
    return 'EXTENDS';
  return /type_identifier$/.test(tree.type(node)) ? 'TYPE' : 'READ';
}

function readFinding(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const isAttribute = /^(inner_)?attribute_item$/.test(tree.type(node));
  if (
    isAttribute &&
    /^#!\[\s*allow\s*\(\s*(?:warnings|unused|clippy::all)\b/.test(tree.text(node).slice(0, 80))
  )
    addFinding(text, node, 'disabled-check');
}
