import { namedType } from '../facts-builder.ts';
import type { Binding, TypeRef } from '../file-facts.ts';
import { typeOfResult } from '../language-text.ts';
import { bindingOf, typeOfDeclared, type Declared } from '../scopes.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { builtIn, lists, transparent } from './node-types.ts';

/** How far a type is followed through expressions: `a.b().c()` and the like. */
const DEEPEST = 6;

/** The type that an annotation names, or null where it names several, none, or one of the language. */
export function typeOfAnnotation(text: EcmascriptText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type_annotation':
    case 'constraint':
    case 'parenthesized_type':
    case 'readonly_type':
      return typeOfAnnotation(text, firstNamed(text, node), depth + 1);
    case 'type_identifier':
    case 'identifier':
      return namedType(nameAsType(text, node), builtIn);
    case 'nested_type_identifier':
      return typeOfPath(text, node);
    case 'generic_type': {
      const name = tree.child(node, 'name');
      if (!transparent.has(tree.text(name))) return typeOfAnnotation(text, name, depth + 1);
      return typeOfAnnotation(text, firstNamed(text, tree.child(node, 'type_arguments')), depth + 1);
    }
    case 'union_type':
      return typeOfUnion(text, node, depth);
    case 'this_type':
      return thisType(text, node);
    default:
      return null;
  }
}

/** The one named type of a union with `null`, `undefined` and the like. */
function typeOfUnion(text: EcmascriptText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  const parts = [...tree.children(node)].filter(
    (part) => !/^(\||literal_type|predefined_type)$/.test(tree.type(part)),
  );
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? typeOfAnnotation(text, only, depth + 1) : null;
}

function thisType(text: EcmascriptText, node: number): TypeRef | null {
  const owner = ownerOf(text, node);
  return owner < 0 ? null : { of: 'SYMBOL', symbol: owner };
}

/** Expressions that have the type of the one inside. */
const wrapping: ReadonlySet<string> = new Set([
  'await_expression',
  'parenthesized_expression',
  'non_null_expression',
]);

/** The type of a value, where constructors, annotations or results state it. */
export function typeOfExpression(text: EcmascriptText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  const type = tree.type(node);
  if (wrapping.has(type)) return typeOfExpression(text, firstNamed(text, node), depth + 1);
  switch (type) {
    case 'identifier':
      return typeOfValue(text, node);
    case 'this':
      return thisType(text, node);
    case 'new_expression':
      return typeOfClass(text, tree.child(node, 'constructor'));
    case 'as_expression':
    case 'satisfies_expression':
      return typeOfAnnotation(text, lastNamed(text, node), depth + 1);
    case 'member_expression':
      return typeOfMember(text, node, depth + 1);
    case 'subscript_expression':
      return elementOfExpression(text, tree.child(node, 'object'), depth + 1);
    case 'binary_expression':
      // `given ?? fallback` is taken to have the type of its left side.
      return /^(\?\?|\|\|)$/.test(tree.text(tree.child(node, 'operator')))
        ? typeOfExpression(text, tree.child(node, 'left'), depth + 1)
        : null;
    case 'call_expression':
      return typeOfResult(bindingOfExpression(text, tree.child(node, 'function'), depth + 1));
    default:
      return null;
  }
}

/** The binding of an expression: a name, or a member of something whose type is stated. */
export function bindingOfExpression(text: EcmascriptText, node: number, depth = 0): Binding | null {
  if (node < 0 || depth > DEEPEST) return null;
  switch (text.facts.tree.type(node)) {
    case 'identifier':
    case 'shorthand_property_identifier':
    case 'type_identifier':
      return bindingOfName(text, node);
    case 'parenthesized_expression':
    case 'non_null_expression':
      return bindingOfExpression(text, firstNamed(text, node), depth + 1);
    case 'member_expression':
    case 'nested_identifier':
    case 'nested_type_identifier':
      return bindingOfMember(text, node, depth);
    default:
      return null;
  }
}

function bindingOfName(text: EcmascriptText, node: number): Binding | null {
  const { tree } = text.facts;
  const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
  if (declared === undefined) return { to: 'NAME', name: tree.text(node), member: false };
  const isValue = tree.type(node) !== 'type_identifier' && declared.is === 'SYMBOL';
  const value = isValue ? text.values.get(declared.symbol) : undefined;
  return value === undefined ? bindingOf(declared) : { to: 'SYMBOL', symbol: value };
}

function bindingOfMember(text: EcmascriptText, node: number, depth: number): Binding | null {
  const { tree, symbols } = text.facts;
  const isType = tree.type(node) === 'nested_type_identifier';
  const property = tree.child(node, isType ? 'name' : 'property');
  const object = tree.child(node, isType ? 'module' : 'object');
  if (property < 0 || object < 0) return null;
  const name = tree.text(property);
  const through = throughName(text, object, { name, depth });
  if (through !== null) return through;
  if (tree.type(object) === 'super') {
    const base = symbols[ownerOf(text, node)]?.bases[0];
    return base === undefined ? null : { to: 'MEMBER', type: base, name };
  }
  if (name === 'constructor' || isGlobal(text, object)) return null;
  const owner = typeOfExpression(text, object, depth + 1);
  return owner === null ? { to: 'NAME', name, member: true } : { to: 'MEMBER', type: owner, name };
}

/** `JSON.parse` and the like: no file of the repository defines the members of the platform's own objects. */
function isGlobal(text: EcmascriptText, node: number): boolean {
  const { facts, scopes } = text;
  if (facts.tree.type(node) !== 'identifier') return false;
  return scopes.find(scopes.of(node), facts.tree.text(node)) === undefined;
}

/** A member reached through a name itself, as in `Class.create` or `namespace.parts.name`, not through a value's type. */
function throughName(
  text: EcmascriptText,
  object: number,
  { name, depth }: { name: string; depth: number },
): Binding | null {
  const binding = bindingOfExpression(text, object, depth + 1);
  if (binding?.to === 'IMPORT') return { ...binding, path: [...binding.path, name] };
  if (binding?.to !== 'SYMBOL') return null;
  const symbol = text.facts.symbols[binding.symbol];
  const isOwner = symbol !== undefined && /^(CLASS|ENUM|NAMESPACE|CONSTANT)$/.test(symbol.kind);
  if (!isOwner) return null;
  // The members of a constant with a stated type are those of the type.
  if (text.facts.tree.child(text.definedAt[binding.symbol] ?? -1, 'type') >= 0) return null;
  const known = text.members.get(binding.symbol)?.get(name);
  if (known !== undefined) return { to: 'SYMBOL', symbol: known };
  return symbol.kind === 'CONSTANT'
    ? null
    : { to: 'MEMBER', type: { of: 'SYMBOL', symbol: binding.symbol }, name };
}

/** The innermost class or interface that a node stands in, past functions that do not have a `this` of their own. */
function ownerOf(text: EcmascriptText, node: number): number {
  const { symbols } = text.facts;
  for (let at = text.inside[node] ?? -1; at >= 0; at = symbols[at]?.parent ?? -1) {
    const kind = symbols[at]?.kind;
    if (kind === 'CLASS' || kind === 'INTERFACE') return at;
  }
  return -1;
}

function typeOfValue(text: EcmascriptText, node: number): TypeRef | null {
  const { scopes, facts } = text;
  const declared = scopes.find(scopes.of(node), facts.tree.text(node));
  if (declared === undefined || declared.is === 'IMPORT') return null;
  return followed(text, declared, () =>
    declared.is === 'LOCAL' ? declared.type() : typeOfSymbol(text, declared.symbol, 1),
  );
}

/** `const a = b; const b = a` has no type, and must not be followed for ever. */
function followed(text: EcmascriptText, declared: Declared, type: () => TypeRef | null): TypeRef | null {
  if (text.following.has(declared)) return null;
  text.following.add(declared);
  try {
    return type();
  } finally {
    text.following.delete(declared);
  }
}

function typeOfClass(text: EcmascriptText, node: number): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0) return null;
  if (tree.type(node) === 'identifier') return namedType(nameAsType(text, node), builtIn);
  return tree.type(node) === 'member_expression' ? typeOfPath(text, node) : null;
}

/** `ns.parts.Type`, through an import. */
function typeOfPath(text: EcmascriptText, node: number): TypeRef | null {
  const binding = bindingOfExpression(text, node);
  if (binding?.to === 'SYMBOL') return { of: 'SYMBOL', symbol: binding.symbol };
  if (binding?.to !== 'IMPORT') return null;
  return { of: 'IMPORT', import: binding.import, name: binding.name, path: binding.path };
}

function nameAsType(text: EcmascriptText, node: number): TypeRef | null {
  const name = text.facts.tree.text(node);
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared === undefined) return { of: 'NAME', name };
  if (declared.is !== 'LOCAL') return typeOfDeclared(declared);
  // A type parameter has at least the members of its constraint.
  return text.facts.tree.type(node) === 'type_identifier' ? followed(text, declared, declared.type) : null;
}

/** The stated type of a member, of this file's classes or of one that is defined elsewhere. */
function typeOfMember(text: EcmascriptText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  const owner = typeOfExpression(text, tree.child(node, 'object'), depth);
  if (owner === null) return null;
  return memberType(text, owner, { name: tree.text(tree.child(node, 'property')), depth });
}

/** The stated type of a member of a type. */
export function memberType(
  text: EcmascriptText,
  owner: TypeRef,
  { name, depth = 1 }: { name: string; depth?: number },
): TypeRef | null {
  const { tree, symbols } = text.facts;
  if (owner.of !== 'SYMBOL') return { of: 'MEMBER', type: owner, name };
  const member = text.members.get(owner.symbol)?.get(name);
  if (member === undefined)
    return symbols[owner.symbol]?.bases.length === 0 ? null : { of: 'MEMBER', type: owner, name };
  // A method that is read without being called is a function; its result is not its type.
  const isMethod = symbols[member]?.kind === 'METHOD' && !tree.has(text.definedAt[member] ?? -1, 'get');
  return isMethod ? null : typeOfSymbol(text, member, depth);
}

/** The stated type of a field, variable or accessor; for a function, that of its result is asked for elsewhere. */
export function typeOfSymbol(text: EcmascriptText, symbol: number, depth = 0): TypeRef | null {
  const { facts, definedAt } = text;
  const node = definedAt[symbol] ?? -1;
  const kind = facts.symbols[symbol]?.kind;
  const isFunction = kind === 'FUNCTION' || kind === 'METHOD';
  if (isFunction) {
    const value = facts.tree.child(node, 'value');
    const stated = facts.tree.child(value >= 0 ? value : node, 'return_type');
    return stated >= 0 ? typeOfAnnotation(text, stated, depth) : null;
  }
  if (kind === 'TYPE') return typeOfAnnotation(text, facts.tree.child(node, 'value'), depth);
  const annotation = facts.tree.child(node, 'type');
  return annotation >= 0
    ? typeOfAnnotation(text, annotation, depth)
    : typeOfExpression(text, facts.tree.child(node, 'value'), depth + 1);
}

function firstNamed(text: EcmascriptText, node: number): number {
  const { tree } = text.facts;
  if (node < 0) return -1;
  for (const child of tree.children(node))
    if (/^[a-z_]/.test(tree.type(child)) && !/^(await|as|readonly|extends)$/.test(tree.type(child)))
      return child;
  return -1;
}

function lastNamed(text: EcmascriptText, node: number): number {
  const { tree } = text.facts;
  return [...tree.children(node)].findLast((child) => /^[a-z_]/.test(tree.type(child))) ?? -1;
}

/** The type of the elements of a list, where an annotation states it. */
export function elementOfExpression(text: EcmascriptText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  const type = tree.type(node);
  if (wrapping.has(type)) return elementOfExpression(text, firstNamed(text, node), depth + 1);
  if (type === 'identifier') return elementOfName(text, node);
  if (type !== 'member_expression') return null;
  const owner = typeOfExpression(text, tree.child(node, 'object'), depth + 1);
  if (owner?.of !== 'SYMBOL') return null;
  const member = text.members.get(owner.symbol)?.get(tree.text(tree.child(node, 'property')));
  return member === undefined ? null : elementOfSymbol(text, member);
}

function elementOfName(text: EcmascriptText, node: number): TypeRef | null {
  const declared = text.scopes.find(text.scopes.of(node), text.facts.tree.text(node));
  if (declared?.is === 'LOCAL') return followed(text, declared, declared.element ?? (() => null));
  return declared?.is === 'SYMBOL' ? elementOfSymbol(text, declared.symbol) : null;
}

function elementOfSymbol(text: EcmascriptText, symbol: number): TypeRef | null {
  return elementOfAnnotation(text, text.facts.tree.child(text.definedAt[symbol] ?? -1, 'type'));
}

export function elementOfAnnotation(text: EcmascriptText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type_annotation':
    case 'parenthesized_type':
    case 'readonly_type':
      return elementOfAnnotation(text, firstNamed(text, node), depth + 1);
    case 'array_type':
      return typeOfAnnotation(text, firstNamed(text, node), depth + 1);
    case 'generic_type':
      return lists.has(tree.text(tree.child(node, 'name')))
        ? typeOfAnnotation(text, firstNamed(text, tree.child(node, 'type_arguments')), depth + 1)
        : null;
    default:
      return null;
  }
}
