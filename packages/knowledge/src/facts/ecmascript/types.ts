import { namedType } from '../facts-builder.ts';
import type { Binding, TypeRef } from '../file-facts.ts';
import { bindingOf, typeOfDeclared } from '../scopes.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { builtIn, transparent } from './node-types.ts';

/** How far a type is followed through expressions: `a.b().c()` and the like. */
const DEEPEST = 6;

/** The type that an annotation names, or null where it names several, none, or one of the language. */
export function typeOfAnnotation(text: EcmascriptText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type_annotation':
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
    case 'union_type': {
      const parts = [...tree.children(node)].filter(
        (part) => !/^(\||literal_type|predefined_type)$/.test(tree.type(part)),
      );
      const [only] = parts;
      return parts.length === 1 && only !== undefined ? typeOfAnnotation(text, only, depth + 1) : null;
    }
    case 'this_type': {
      const owner = ownerOf(text, node);
      return owner < 0 ? null : { of: 'SYMBOL', symbol: owner };
    }
    default:
      return null;
  }
}

/** The type of a value, as far as constructors, annotations and results say it. */
export function typeOfExpression(text: EcmascriptText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
      return typeOfValue(text, node);
    case 'this': {
      const owner = ownerOf(text, node);
      return owner < 0 ? null : { of: 'SYMBOL', symbol: owner };
    }
    case 'new_expression':
      return typeOfClass(text, tree.child(node, 'constructor'));
    case 'await_expression':
    case 'parenthesized_expression':
    case 'non_null_expression':
      return typeOfExpression(text, firstNamed(text, node), depth + 1);
    case 'as_expression':
    case 'satisfies_expression':
      return typeOfAnnotation(text, lastNamed(text, node), depth + 1);
    case 'member_expression':
      return typeOfMember(text, node, depth + 1);
    case 'call_expression': {
      const callee = bindingOfExpression(text, tree.child(node, 'function'), depth + 1);
      return callee === null || callee.to === 'NAME' ? null : { of: 'RESULT', callee };
    }
    default:
      return null;
  }
}

/** What an expression refers to: a name, or a member of something whose type is stated. */
export function bindingOfExpression(text: EcmascriptText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  const { facts, scopes } = text;
  if (node < 0 || depth > DEEPEST) return null;
  const type = tree.type(node);
  if (type === 'identifier' || type === 'shorthand_property_identifier' || type === 'type_identifier') {
    const declared = scopes.find(scopes.of(node), tree.text(node));
    return declared === undefined
      ? { to: 'NAME', name: tree.text(node), member: false }
      : bindingOf(declared);
  }
  if (type === 'parenthesized_expression' || type === 'non_null_expression')
    return bindingOfExpression(text, firstNamed(text, node), depth + 1);
  if (type !== 'member_expression' && type !== 'nested_identifier' && type !== 'nested_type_identifier')
    return null;
  const property = tree.child(node, type === 'nested_type_identifier' ? 'name' : 'property');
  const object = tree.child(node, type === 'nested_type_identifier' ? 'module' : 'object');
  if (property < 0 || object < 0) return null;
  const name = tree.text(property);
  const through = throughName(text, object, name, depth);
  if (through !== null) return through;
  if (tree.type(object) === 'super') {
    const owner = ownerOf(text, node);
    const [base] = owner < 0 ? [] : (facts.symbols[owner]?.bases ?? []);
    return base === undefined ? null : { to: 'MEMBER', type: base, name };
  }
  const owner = typeOfExpression(text, object, depth + 1);
  return owner === null ? { to: 'NAME', name, member: true } : { to: 'MEMBER', type: owner, name };
}

/** A member reached through a name itself, as in `Class.create` or `namespace.parts.name`, not through a value's type. */
function throughName(text: EcmascriptText, object: number, name: string, depth: number): Binding | null {
  const binding = bindingOfExpression(text, object, depth + 1);
  if (binding?.to === 'IMPORT') return { ...binding, path: [...binding.path, name] };
  if (binding?.to !== 'SYMBOL') return null;
  const symbol = text.facts.symbols[binding.symbol];
  const isOwner = symbol !== undefined && /^(CLASS|ENUM|NAMESPACE|CONSTANT)$/.test(symbol.kind);
  if (!isOwner) return null;
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
  // `const a = b; const b = a` has no type, and must not be followed for ever.
  if (text.following.has(declared)) return null;
  text.following.add(declared);
  try {
    return declared.is === 'LOCAL' ? declared.type() : typeOfSymbol(text, declared.symbol, 1);
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
  return declared === undefined ? { of: 'NAME', name } : typeOfDeclared(declared);
}

/** The stated type of a member, of this file's classes or of one that is defined elsewhere. */
function typeOfMember(text: EcmascriptText, node: number, depth: number): TypeRef | null {
  const { tree, symbols } = text.facts;
  const owner = typeOfExpression(text, tree.child(node, 'object'), depth);
  if (owner === null) return null;
  const name = tree.text(tree.child(node, 'property'));
  if (owner.of !== 'SYMBOL') return { of: 'MEMBER', type: owner, name };
  const member = text.members.get(owner.symbol)?.get(name);
  if (member === undefined)
    return symbols[owner.symbol]?.bases.length === 0 ? null : { of: 'MEMBER', type: owner, name };
  return typeOfSymbol(text, member, depth);
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
  const annotation = facts.tree.child(node, 'type');
  return annotation >= 0
    ? typeOfAnnotation(text, annotation, depth)
    : typeOfExpression(text, facts.tree.child(node, 'value'), depth + 1);
}

function firstNamed(text: EcmascriptText, node: number): number {
  const { tree } = text.facts;
  if (node < 0) return -1;
  for (const child of tree.children(node))
    if (/^[a-z_]/.test(tree.type(child)) && !/^(await|as|readonly)$/.test(tree.type(child))) return child;
  return -1;
}

function lastNamed(text: EcmascriptText, node: number): number {
  const { tree } = text.facts;
  return [...tree.children(node)].findLast((child) => /^[a-z_]/.test(tree.type(child))) ?? -1;
}
