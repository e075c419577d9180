import { namedType } from '../facts-builder.ts';
import type { Binding, TypeRef } from '../file-facts.ts';
import { firstNamed, typeOfResult } from '../language-text.ts';
import { bindingOf, typeOfDeclared } from '../scopes.ts';
import { builtIn, transparent, type PythonText } from './python-text.ts';

const DEEPEST = 6;

/** The class that an annotation names; null where it names several, none, or one of the language. */
export function typeOfAnnotation(text: PythonText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type':
      return typeOfAnnotation(text, firstNamed(text, node), depth + 1);
    case 'identifier':
      return namedType(nameAsType(text, node), builtIn);
    case 'attribute':
      return typeOfPath(text, node);
    case 'string':
      return typeOfForwardReference(text, node);
    case 'generic_type':
    case 'subscript':
      return typeOfGeneric(text, node, depth);
    case 'binary_operator':
    case 'union_type':
      return typeOfUnion(text, node, depth);
    default:
      return null;
  }
}

/** A plain name in quotes: of a class that may be defined further down. */
function typeOfForwardReference(text: PythonText, node: number): TypeRef | null {
  const name = /^['"]([A-Za-z_]\w*)['"]$/.exec(text.facts.tree.text(node))?.[1];
  return name === undefined ? null : namedType(nameTyped(text, name, node), builtIn);
}

function typeOfGeneric(text: PythonText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  const name = firstNamed(text, node);
  if (!transparent.has(tree.text(name).replace(/^.*\./, ''))) return typeOfAnnotation(text, name, depth + 1);
  const rest = [...tree.children(node)].filter((child) => child !== name);
  const argument = rest.find((child) =>
    /^(type_parameter|identifier|attribute|string|subscript)$/.test(tree.type(child)),
  );
  if (argument === undefined) return null;
  return typeOfAnnotation(
    text,
    tree.type(argument) === 'type_parameter' ? firstNamed(text, argument) : argument,
    depth + 1,
  );
}

/** The one class of `Class | None`. */
function typeOfUnion(text: PythonText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  const parts = [...tree.children(node)].filter((part) =>
    /^(identifier|attribute|type|string)$/.test(tree.type(part)),
  );
  const [only] = parts.filter((part) => tree.text(part) !== 'None');
  return parts.length === 2 && only !== undefined && parts.some((part) => tree.text(part) === 'None')
    ? typeOfAnnotation(text, only, depth + 1)
    : null;
}

/** The class of a value, where constructors, annotations or results state it. */
export function typeOfExpression(text: PythonText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
      return typeOfValue(text, node);
    case 'await':
    case 'parenthesized_expression':
      return typeOfExpression(text, firstNamed(text, node), depth + 1);
    case 'attribute':
      return typeOfMember(text, node, depth + 1);
    case 'call':
      return typeOfCall(text, node, depth + 1);
    default:
      return null;
  }
}

function typeOfCall(text: PythonText, node: number, depth: number): TypeRef | null {
  const { tree, symbols } = text.facts;
  const callee = tree.child(node, 'function');
  if (tree.text(callee) === 'super') return symbols[ownerOf(text, node)]?.bases[0] ?? null;
  const binding = bindingOfExpression(text, callee, depth);
  const isClass = binding?.to === 'SYMBOL' && symbols[binding.symbol]?.kind === 'CLASS';
  return isClass ? { of: 'SYMBOL', symbol: binding.symbol } : typeOfResult(binding);
}

/** The binding of an expression: a name, or a member of something whose class is stated. */
export function bindingOfExpression(text: PythonText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  if (tree.type(node) === 'identifier') {
    const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
    return declared === undefined
      ? { to: 'NAME', name: tree.text(node), member: false }
      : bindingOf(declared);
  }
  if (tree.type(node) !== 'attribute') return null;
  const object = tree.child(node, 'object');
  const name = tree.text(tree.child(node, 'attribute'));
  const through = throughName(text, object, { name, depth });
  if (through !== null) return through;
  const type = typeOfExpression(text, object, depth + 1);
  return type === null ? { to: 'NAME', name, member: true } : { to: 'MEMBER', type, name };
}

/** A member reached through a module or a class itself. */
function throughName(
  text: PythonText,
  object: number,
  { name, depth }: { name: string; depth: number },
): Binding | null {
  const binding = bindingOfExpression(text, object, depth + 1);
  if (binding?.to === 'IMPORT') return { ...binding, path: [...binding.path, name] };
  if (binding?.to !== 'SYMBOL' || text.facts.symbols[binding.symbol]?.kind !== 'CLASS') return null;
  const known = text.members.get(binding.symbol)?.get(name);
  return known === undefined
    ? { to: 'MEMBER', type: { of: 'SYMBOL', symbol: binding.symbol }, name }
    : { to: 'SYMBOL', symbol: known };
}

/** `a.b.c.name` after `import a.b.c` leads into that module; a shorter chain leads to a package that is not known. */
export function withinModule(text: PythonText, binding: Binding): Binding {
  if (binding.to !== 'IMPORT') return binding;
  const rest = text.dotted.get(binding.import);
  if (rest === undefined) return binding;
  const fits = rest.every((part, index) => binding.path[index] === part);
  return fits
    ? { ...binding, path: binding.path.slice(rest.length) }
    : { to: 'NAME', name: binding.path.at(-1) ?? '', member: true };
}

/** The innermost class that a node stands in. */
function ownerOf(text: PythonText, node: number): number {
  const { symbols } = text.facts;
  for (let at = text.inside[node] ?? -1; at >= 0; at = symbols[at]?.parent ?? -1)
    if (symbols[at]?.kind === 'CLASS') return at;
  return -1;
}

function nameTyped(text: PythonText, name: string, node: number): TypeRef | null {
  const declared = text.scopes.find(text.scopes.of(node), name);
  return declared === undefined ? { of: 'NAME', name } : typeOfDeclared(declared);
}

const nameAsType = (text: PythonText, node: number): TypeRef | null =>
  nameTyped(text, text.facts.tree.text(node), node);

function typeOfValue(text: PythonText, node: number): TypeRef | null {
  const declared = text.scopes.find(text.scopes.of(node), text.facts.tree.text(node));
  if (declared === undefined || declared.is === 'IMPORT' || text.following.has(declared)) return null;
  text.following.add(declared);
  try {
    return declared.is === 'LOCAL'
      ? declared.type()
      : (text.facts.symbols[declared.symbol]?.type ?? typeOfSymbol(text, declared.symbol));
  } finally {
    text.following.delete(declared);
  }
}

function typeOfPath(text: PythonText, node: number): TypeRef | null {
  const binding = bindingOfExpression(text, node);
  if (binding?.to === 'SYMBOL') return { of: 'SYMBOL', symbol: binding.symbol };
  const within = binding === null ? null : withinModule(text, binding);
  return within?.to === 'IMPORT'
    ? { of: 'IMPORT', import: within.import, name: within.name, path: within.path }
    : null;
}

function typeOfMember(text: PythonText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  const owner = typeOfExpression(text, tree.child(node, 'object'), depth);
  if (owner === null) return null;
  const name = tree.text(tree.child(node, 'attribute'));
  const member = owner.of === 'SYMBOL' ? text.members.get(owner.symbol)?.get(name) : undefined;
  return member === undefined ? { of: 'MEMBER', type: owner, name } : typeOfSymbol(text, member);
}

/** The stated type of a variable or field, or the stated result of a function. */
export function typeOfSymbol(text: PythonText, symbol: number): TypeRef | null {
  const { facts, definedAt } = text;
  const node = definedAt[symbol] ?? -1;
  if (facts.tree.type(node) === 'function_definition')
    return typeOfAnnotation(text, facts.tree.child(node, 'return_type'));
  if (facts.tree.type(node) !== 'assignment') return null;
  const annotation = facts.tree.child(node, 'type');
  return annotation >= 0
    ? typeOfAnnotation(text, annotation)
    : typeOfExpression(text, facts.tree.child(node, 'right'), 1);
}
