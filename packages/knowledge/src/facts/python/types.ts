import { namedType } from '../facts-builder.ts';
import type { Binding, TypeRef } from '../file-facts.ts';
import { firstNamed, typeOfResult } from '../language-text.ts';
import { bindingOf, typeOfDeclared, type Declared } from '../scopes.ts';
import { agreed, following, typeOfValues } from './assigned.ts';
import { narrowedClass } from './narrowing.ts';
import { builtIn, transparent, type Assigned, type PythonText } from './python-text.ts';

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
    case 'assignment':
      return typeOfExpression(text, tree.child(node, 'right'), depth + 1);
    case 'named_expression':
      return typeOfExpression(text, tree.child(node, 'value'), depth + 1);
    case 'conditional_expression':
      return typeOfChoice(text, node, depth + 1);
    default:
      return null;
  }
}

/** `a if condition else b`, where both are of one class. */
function typeOfChoice(text: PythonText, node: number, depth: number): TypeRef | null {
  const [first, , last] = [...text.facts.tree.children(node)].filter(
    (part) => !/^(?:if|else|comment)$/.test(text.facts.tree.type(part)),
  );
  if (first === undefined || last === undefined) return null;
  return agreed([first, last].map((part) => typeOfAssigned(text, part, depth)));
}

/** The type of a value, where `None` says nothing. */
function typeOfAssigned(text: PythonText, value: number, depth: number): Assigned {
  return text.facts.tree.type(value) === 'none' ? 'NONE' : typeOfExpression(text, value, depth);
}

/** The type that an assignment gives to its name: the one that is written, else that of the value. */
export function typeOfAssignment(text: PythonText, assignment: number): Assigned {
  const { tree } = text.facts;
  const annotation = tree.child(assignment, 'type');
  if (annotation >= 0) return typeOfAnnotation(text, annotation);
  return typeOfAssigned(text, tree.child(assignment, 'right'), 1);
}

/** The type of `name` in `with value as name` and in `except Class as name`. */
export function typeOfTarget(text: PythonText, target: number): TypeRef | null {
  const { tree } = text.facts;
  const pattern = tree.parent(target);
  const value = firstNamed(text, pattern);
  if (tree.type(tree.parent(pattern)) === 'except_clause') return typeOfAnnotation(text, value);
  const item = tree.parent(pattern);
  if (tree.type(item) !== 'with_item') return null;
  const isAsync = tree.has(tree.parent(tree.parent(item)), 'async');
  const owner = typeOfExpression(text, value);
  return owner === null ? null : typeOfResult(memberOf(text, owner, isAsync ? '__aenter__' : '__enter__'));
}

function typeOfCall(text: PythonText, node: number, depth: number): TypeRef | null {
  const { tree, symbols } = text.facts;
  const callee = tree.child(node, 'function');
  if (tree.text(callee) === 'super') return symbols[ownerOf(text, node)]?.bases[0] ?? null;
  const binding = bindingOfExpression(text, callee, depth);
  if (binding?.to !== 'SYMBOL') return typeOfResult(binding);
  const kind = symbols[binding.symbol]?.kind;
  // A value that is called has another result than its own type.
  if (kind === 'FIELD' || kind === 'VARIABLE' || kind === 'CONSTANT') return null;
  return kind === 'CLASS' ? { of: 'SYMBOL', symbol: binding.symbol } : typeOfResult(binding);
}

/** The declaration that a name means: in the body of a class, only one that stands above it there. */
function declaredAt(text: PythonText, node: number, name = text.facts.tree.text(node)): Declared | undefined {
  const { facts, scopes, definedAt } = text;
  return scopes.find(scopes.of(node), name, (declared) => {
    if (declared.is !== 'SYMBOL') return false;
    const { parent = null } = facts.symbols[declared.symbol] ?? {};
    const at = definedAt[declared.symbol] ?? -1;
    return parent !== null && facts.symbols[parent]?.kind === 'CLASS' && node <= facts.tree.last(at);
  });
}

/** The binding of an expression: a name, or a member of something whose class is stated. */
export function bindingOfExpression(text: PythonText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  if (tree.type(node) === 'identifier') {
    const declared = declaredAt(text, node);
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

/** A member of a class: its symbol, where this file defines it in the class itself. */
function memberOf(text: PythonText, type: TypeRef, name: string): Binding {
  const known = type.of === 'SYMBOL' ? text.members.get(type.symbol)?.get(name) : undefined;
  return known === undefined ? { to: 'MEMBER', type, name } : { to: 'SYMBOL', symbol: known };
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
  return memberOf(text, { of: 'SYMBOL', symbol: binding.symbol }, name);
}

/**
 * `a.b.c.name` after `import a.b.c` leads into that module, by the longest of several imports that bind `a`; a shorter
 * chain leads to a package that is not known.
 */
export function withinModule(text: PythonText, binding: Binding): Binding {
  if (binding.to !== 'IMPORT' || !text.dotted.has(binding.import)) return binding;
  const { imports } = text.facts;
  const bound = imports[binding.import]?.names[0]?.alias;
  const [best] = [...text.dotted]
    .filter(([index, rest]) => imports[index]?.names[0]?.alias === bound && isPrefix(rest, binding.path))
    .sort(([, a], [, b]) => b.length - a.length);
  return best === undefined
    ? { to: 'NAME', name: binding.path.at(-1) ?? '', member: true }
    : { ...binding, import: best[0], path: binding.path.slice(best[1].length) };
}

const isPrefix = (start: readonly string[], path: readonly string[]): boolean =>
  start.every((part, index) => path[index] === part);

/** The innermost class that a node stands in. */
function ownerOf(text: PythonText, node: number): number {
  const { symbols } = text.facts;
  for (let at = text.inside[node] ?? -1; at >= 0; at = symbols[at]?.parent ?? -1)
    if (symbols[at]?.kind === 'CLASS') return at;
  return -1;
}

function nameTyped(text: PythonText, name: string, node: number): TypeRef | null {
  const declared = declaredAt(text, node, name);
  return declared === undefined ? { of: 'NAME', name } : typeOfDeclared(declared);
}

const nameAsType = (text: PythonText, node: number): TypeRef | null =>
  nameTyped(text, text.facts.tree.text(node), node);

function typeOfValue(text: PythonText, node: number): TypeRef | null {
  const declared = declaredAt(text, node);
  if (declared === undefined || declared.is === 'IMPORT') return null;
  const narrowed = narrowedClass(text, node);
  if (narrowed !== null) return typeOfAnnotation(text, narrowed);
  if (declared.is === 'LOCAL')
    return text.stated.has(declared) ? following(text, declared, declared.type) : declared.type();
  // A function is not its result, nor a class one of its instances.
  const isValue = /^(?:VARIABLE|CONSTANT|FIELD)$/.test(text.facts.symbols[declared.symbol]?.kind ?? '');
  return isValue ? typeOfSymbol(text, declared.symbol) : null;
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
  // A base may state the type of a field that this class only gives a value.
  const isAlone = owner.of === 'SYMBOL' && text.facts.symbols[owner.symbol]?.bases.length === 0;
  const isStated = member !== undefined && tree.child(text.definedAt[member] ?? -1, 'type') >= 0;
  return member !== undefined && (isAlone || isStated)
    ? typeOfSymbol(text, member)
    : { of: 'MEMBER', type: owner, name };
}

/** The stated type of a variable or field, or the stated result of a function. */
export function typeOfSymbol(text: PythonText, symbol: number): TypeRef | null {
  const { facts, definedAt } = text;
  const node = definedAt[symbol] ?? -1;
  if (facts.tree.type(node) === 'function_definition')
    return typeOfAnnotation(text, facts.tree.child(node, 'return_type'));
  if (facts.tree.type(node) !== 'assignment') return null;
  return facts.tree.child(node, 'type') >= 0
    ? following(text, symbol, () => typeOfAnnotation(text, facts.tree.child(node, 'type')))
    : typeOfValues(text, symbol, () => typeOfAssignment(text, node));
}
