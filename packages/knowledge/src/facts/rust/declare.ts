import type { SymbolKind, TypeRef } from '../file-facts.ts';
import {
  addMember,
  documentationAbove,
  walkScopes,
  type Around,
  type LanguageText,
  type LocalName,
} from '../language-text.ts';
import type { Declared } from '../scopes.ts';
import { declareCrate, declareModule, declareUse } from './modules.ts';
import { nameNode, typeOfAnnotation, typeOfBound, typeOfExpression } from './types.ts';

const kinds: Readonly<Record<string, SymbolKind>> = {
  function_item: 'FUNCTION',
  function_signature_item: 'FUNCTION',
  struct_item: 'CLASS',
  union_item: 'CLASS',
  enum_item: 'ENUM',
  enum_variant: 'CONSTANT',
  trait_item: 'INTERFACE',
  type_item: 'TYPE',
  associated_type: 'TYPE',
  const_item: 'CONSTANT',
  static_item: 'VARIABLE',
  macro_definition: 'FUNCTION',
  field_declaration: 'FIELD',
};

const opensScope: ReadonlySet<string> = new Set([
  'block',
  'closure_expression',
  'match_arm',
  'if_expression',
  'while_expression',
  'for_expression',
]);

/** The first pass: scopes, symbols, imports and local names. */
export function declareAll(text: LanguageText): void {
  walkScopes(text, (node, around) => {
    const type = text.facts.tree.type(node);
    const kind = kinds[type];
    if (kind !== undefined) return declareItem(text, node, { kind, around });
    if (opensScope.has(type)) return openBlock(text, node, around);
    return declareNode(text, node, around);
  });
}

function declareNode(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'mod_item':
      if (tree.child(node, 'body') >= 0) return declareInlineModule(text, node, around);
      declareModule(text, node, around);
      return around;
    case 'use_declaration':
      declareUse(text, node, around);
      return around;
    case 'extern_crate_declaration':
      declareCrate(text, node, around);
      return around;
    case 'impl_item':
      return openImplementation(text, node, around);
    case 'type_parameter':
      declareTypeParameter(text, node, around.scope);
      return around;
    case 'parameter':
    case 'let_declaration':
    case 'let_condition':
      declarePattern(text, node, around.scope);
      return around;
    default:
      return around;
  }
}

function openBlock(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const type = tree.type(node);
  const scope = text.scopes.open(around.scope);
  if (type === 'match_arm' || type === 'for_expression') declarePattern(text, node, scope);
  else if (type === 'closure_expression') {
    const list = tree.child(node, 'parameters');
    for (const each of list < 0 ? [] : tree.children(list))
      if (tree.type(each) !== 'parameter') declareNames(text, each, scope);
  }
  return { ...around, scope };
}

function declareItem(
  text: LanguageText,
  node: number,
  { kind, around }: { kind: SymbolKind; around: Around },
): Around {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const name = tree.child(node, 'name');
  if (name < 0) return around;
  declaring[name] = 1;
  const holder = holderOf(text, node, around);
  if (holder === null) return around;
  const { owner, implementation } = holder;
  const isMethod = kind === 'FUNCTION' && (implementation >= 0 || facts.symbols[owner]?.kind === 'INTERFACE');
  const symbol = addItem(text, node, { name, kind: isMethod ? 'METHOD' : kind, ...holder });
  if (symbol < 0) return around;
  const label = tree.text(name);
  if (owner >= 0) addMember(text, owner, { name: label, symbol });
  const isMember =
    isMethod || implementation >= 0 || /^(FIELD|INTERFACE|ENUM)$/.test(kindOfOwner(text, owner));
  if (!isMember && kind !== 'FIELD') scopes.declare(around.scope, label, { is: 'SYMBOL', symbol });
  const scope = scopes.open(around.scope);
  if (kind === 'INTERFACE') declareSelf(text, scope, () => ({ of: 'SYMBOL', symbol }));
  return { scope, symbol };
}

const kindOfOwner = (text: LanguageText, owner: number): string => text.facts.symbols[owner]?.kind ?? '';

interface Holder {
  /** The symbol the item belongs to, or -1. */
  readonly owner: number;
  /** The `impl` the item stands in, or -1. */
  readonly implementation: number;
}

/** The owner of an item; null for items that are not separate definitions, such as a field of an enum's variant. */
function holderOf(text: LanguageText, node: number, around: Around): Holder | null {
  const { tree } = text.facts;
  const parent = tree.parent(tree.parent(node));
  if (tree.type(parent) === 'impl_item') return { owner: -1, implementation: parent };
  if (tree.type(node) === 'field_declaration' && parent !== text.definedAt[around.symbol]) return null;
  return { owner: around.symbol, implementation: -1 };
}

interface Item extends Holder {
  readonly name: number;
  readonly kind: SymbolKind;
}

function addItem(text: LanguageText, node: number, { name, kind, owner, implementation }: Item): number {
  const { facts, definedAt } = text;
  const { tree } = facts;
  if (facts.isFull) {
    facts.isPartial = true;
    return -1;
  }
  const label = tree.text(name);
  const type = implementation < 0 ? '' : tree.text(nameNode(text, tree.child(implementation, 'type')));
  const body = tree.child(node, 'body');
  const value = tree.type(node) === 'macro_definition' ? name + 1 : body;
  const symbol = facts.symbol(node, name, {
    name: label,
    kind,
    isExported: isVisible(text, node, { owner, implementation }),
    parent: owner < 0 ? null : owner,
    signature: facts.signatureOf(node, value),
    documentation: documentationAbove(text, node, (comment) => /^\/\/\/(?!\/)|^\/\*\*/.test(comment)),
    ...(type === '' ? {} : { qualifiedName: `${type}.${label}` }),
  });
  if (symbol >= 0) definedAt[symbol] = node;
  return symbol;
}

/** Members of a trait are as visible as the trait, and so are its methods where a type implements it. */
function isVisible(text: LanguageText, node: number, { owner, implementation }: Holder): boolean {
  const { tree, symbols } = text.facts;
  if (tree.childOfType(node, 'visibility_modifier') >= 0) return true;
  if (implementation >= 0) return tree.child(implementation, 'trait') >= 0;
  const holder = symbols[owner];
  if (holder?.kind === 'INTERFACE' || holder?.kind === 'ENUM') return holder.isExported;
  if (tree.type(node) !== 'macro_definition') return false;
  const above = tree.before(node);
  return above >= 0 && /macro_export/.test(tree.text(above).slice(0, 200));
}

/** Names of a module are not in reach of the modules inside of it, unless these import all of them. */
function declareInlineModule(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  const body = tree.child(node, 'body');
  text.declaring[name] = 1;
  const symbol = addItem(text, node, { name, kind: 'NAMESPACE', owner: around.symbol, implementation: -1 });
  if (symbol < 0) return around;
  text.scopes.declare(around.scope, tree.text(name), { is: 'SYMBOL', symbol });
  if (around.symbol >= 0) addMember(text, around.symbol, { name: tree.text(name), symbol });
  const sees = [...tree.children(body)].some(
    (each) => tree.type(each) === 'use_declaration' && /\buse\s+super::\*;$/.test(tree.text(each)),
  );
  return { scope: text.scopes.open(sees ? around.scope : -1), symbol };
}

function openImplementation(text: LanguageText, node: number, around: Around): Around {
  const scope = text.scopes.open(around.scope);
  const type = text.facts.tree.child(node, 'type');
  declareSelf(text, scope, () => typeOfAnnotation(text, type));
  text.implementations.push(node);
  return { ...around, scope };
}

function declareSelf(text: LanguageText, scope: number, type: () => TypeRef | null): void {
  for (const name of ['Self', 'self']) text.scopes.declare(scope, name, { is: 'LOCAL', type });
}

/** A type parameter has the type of its bound, where its methods are defined. */
function declareTypeParameter(text: LanguageText, node: number, scope: number): void {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  if (name < 0) return;
  text.declaring[name] = 1;
  text.scopes.declare(scope, tree.text(name), { is: 'LOCAL', type: () => typeOfBound(text, node) });
}

/** Declares the names of the pattern of a parameter, a `let`, a loop or an arm. */
function declarePattern(text: LanguageText, node: number, scope: number): void {
  const { tree } = text.facts;
  const pattern = tree.child(node, 'pattern');
  if (pattern < 0) return;
  const plain = tree.type(pattern) === 'mut_pattern' ? tree.last(pattern) : pattern;
  const isLoop = tree.type(node) === 'for_expression';
  if (tree.type(plain) !== 'identifier' || tree.type(node) === 'match_arm' || isLoop)
    return declareNames(text, pattern, scope);
  const type = tree.child(node, 'type');
  const value = tree.child(node, 'value');
  declareLocal(text, plain, {
    scope,
    type: () =>
      type >= 0 ? typeOfAnnotation(text, type) : value >= 0 ? typeOfExpression(text, value) : null,
  });
}

/** Names with a small letter are new ones; others are constants and variants that are compared with. */
function declareNames(text: LanguageText, pattern: number, scope: number): void {
  const { tree } = text.facts;
  for (let node = pattern; node <= tree.last(pattern); node += 1) {
    const type = tree.type(node);
    const isName = type === 'identifier' || type === 'shorthand_field_identifier';
    if (!isName || tree.field(node) === 'type' || /^scoped_/.test(tree.type(tree.parent(node)))) continue;
    if (/^\p{Lu}/u.test(tree.text(node)) || tree.field(node) === 'condition') continue;
    declareLocal(text, node, { scope, type: () => null });
  }
}

function declareLocal(text: LanguageText, node: number, { scope, type }: LocalName): void {
  const name = text.facts.tree.text(node);
  text.declaring[node] = 1;
  const present = text.scopes.own(scope, name);
  // A name may be declared again with another type: which one a use means is not followed.
  const local: Declared = { is: 'LOCAL', type: present === undefined ? type : () => null };
  text.scopes.replace(scope, name, local);
}
