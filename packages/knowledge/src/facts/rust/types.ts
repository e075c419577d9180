import type { Binding, TypeRef } from '../file-facts.ts';
import { calledName, memberBinding, typeOfDeclaration, type LanguageText } from '../language-text.ts';
import { bindingOf, typeOfDeclared, type Declared } from '../scopes.ts';
import { builtIn, ofWrappers, passing, transparent } from './built-in.ts';
import { implicitImport } from './modules.ts';

const DEEPEST = 6;

/** The type or trait that an annotation names; null where that is a container, a tuple or a type of the language. */
export function typeOfAnnotation(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type_identifier':
    case 'identifier':
      return nameTyped(text, node);
    case 'scoped_type_identifier':
    case 'scoped_identifier': {
      const binding = bindingOfPath(text, node);
      return binding === null ? null : typeFromBinding(binding);
    }
    case 'reference_type':
    case 'pointer_type':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'dynamic_type':
    case 'abstract_type':
      return typeOfAnnotation(text, tree.child(node, 'trait'), depth + 1);
    case 'generic_type':
      return typeOfGeneric(text, node, depth);
    default:
      return null;
  }
}

function typeOfGeneric(text: LanguageText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  const name = tree.child(node, 'type');
  if (!transparent.has(lastPart(tree.text(name)))) return typeOfAnnotation(text, name, depth + 1);
  const first = [...tree.children(tree.child(node, 'type_arguments'))].find(
    (each) => /^[a-z]/.test(tree.type(each)) && tree.type(each) !== 'lifetime',
  );
  return typeOfAnnotation(text, first ?? -1, depth + 1);
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf(':') + 1);

/** The name of a type without its path and arguments. */
export function nameNode(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  let at = node;
  for (let depth = 0; at >= 0 && depth < DEEPEST; depth += 1) {
    const type = tree.type(at);
    if (type === 'generic_type' || type === 'reference_type') at = tree.child(at, 'type');
    else if (type.startsWith('scoped_')) at = tree.child(at, 'name');
    else break;
  }
  return at;
}

function nameTyped(text: LanguageText, node: number): TypeRef | null {
  const name = text.facts.tree.text(node);
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared === undefined) return builtIn.has(name) ? null : { of: 'NAME', name };
  // `Self` and type parameters stand for other types.
  return declared.is === 'LOCAL' ? typeOfDeclaration(text, declared, () => null) : typeOfDeclared(declared);
}

/** The first bound of a type parameter, where it stands or in the `where` clause behind. */
export function typeOfBound(text: LanguageText, parameter: number): TypeRef | null {
  const { tree } = text.facts;
  const first = (bounds: number): TypeRef | null => {
    for (const bound of bounds < 0 ? [] : tree.children(bounds)) {
      const type = typeOfAnnotation(text, bound);
      if (type !== null) return type;
    }
    return null;
  };
  const own = tree.child(parameter, 'bounds');
  if (own >= 0) return first(own);
  const name = tree.text(tree.child(parameter, 'name'));
  const where = tree.childOfType(tree.parent(tree.parent(parameter)), 'where_clause');
  for (const predicate of where < 0 ? [] : tree.children(where))
    if (tree.text(tree.child(predicate, 'left')) === name) return first(tree.child(predicate, 'bounds'));
  return null;
}

function typeFromBinding(binding: Binding): TypeRef | null {
  switch (binding.to) {
    case 'SYMBOL':
      return { of: 'SYMBOL', symbol: binding.symbol };
    case 'IMPORT':
      return { of: 'IMPORT', import: binding.import, name: binding.name, path: binding.path };
    case 'MEMBER':
      return { of: 'MEMBER', type: binding.type, name: binding.name };
    case 'NAME':
      return null;
  }
}

/** The type of a value, where constructors, annotations or results state it. */
export function typeOfExpression(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
    case 'self': {
      const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
      return typeOfDeclaration(text, declared, (symbol) => typeOfSymbol(text, symbol));
    }
    case 'struct_expression':
      return typeOfAnnotation(text, tree.child(node, 'name'), depth + 1);
    case 'reference_expression':
    case 'type_cast_expression':
      return typeOfExpression(text, tree.child(node, 'value'), depth + 1);
    case 'try_expression':
    case 'await_expression':
      return typeOfExpression(text, node + 1, depth + 1);
    case 'parenthesized_expression':
    case 'unary_expression':
      return typeOfExpression(text, node + 2, depth + 1);
    case 'field_expression':
      return typeOfField(text, node, depth + 1);
    case 'call_expression':
      return typeOfCall(text, node, depth + 1);
    default:
      return null;
  }
}

function typeOfField(text: LanguageText, node: number, depth: number): TypeRef | null {
  const binding = bindingOfExpression(text, node, depth);
  if (binding === null || binding.to === 'NAME') return null;
  return binding.to === 'SYMBOL' ? typeOfSymbol(text, binding.symbol) : typeFromBinding(binding);
}

function typeOfCall(text: LanguageText, node: number, depth: number): TypeRef | null {
  const { tree, symbols } = text.facts;
  const callee = tree.child(node, 'function');
  if (tree.type(callee) === 'field_expression' && passing.has(tree.text(tree.child(callee, 'field'))))
    return typeOfExpression(text, tree.child(callee, 'value'), depth);
  if (/^(?:Some|Ok|Box::new|Arc::new|Rc::new)$/.test(tree.text(callee)))
    return typeOfExpression(text, tree.child(node, 'arguments') + 2, depth);
  const binding = bindingOfExpression(text, callee, depth);
  if (binding === null || binding.to === 'NAME') return null;
  const kind = binding.to === 'SYMBOL' ? symbols[binding.symbol]?.kind : undefined;
  if (binding.to === 'SYMBOL' && kind === 'CLASS') return { of: 'SYMBOL', symbol: binding.symbol };
  return { of: 'RESULT', callee: binding };
}

/** The stated type of a field, constant or alias, the stated result of a function, the enum of a variant. */
export function typeOfSymbol(text: LanguageText, symbol: number): TypeRef | null {
  const { facts, definedAt } = text;
  const { tree } = facts;
  const node = definedAt[symbol] ?? -1;
  switch (tree.type(node)) {
    case 'function_item':
    case 'function_signature_item':
      return typeOfAnnotation(text, tree.child(node, 'return_type'));
    case 'field_declaration':
    case 'const_item':
    case 'static_item':
    case 'type_item':
      return typeOfAnnotation(text, tree.child(node, 'type'));
    case 'enum_variant': {
      const parent = facts.symbols[symbol]?.parent ?? null;
      return parent === null ? null : { of: 'SYMBOL', symbol: parent };
    }
    default:
      return null;
  }
}

/** The binding of an expression: a name, a path, or a member of something whose type is stated. */
export function bindingOfExpression(text: LanguageText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
    case 'type_identifier':
      return bindingOfName(text, node);
    case 'scoped_identifier':
    case 'scoped_type_identifier':
      return bindingOfPath(text, node);
    case 'generic_function':
      return bindingOfExpression(text, tree.child(node, 'function'), depth + 1);
    case 'field_expression': {
      const name = tree.text(tree.child(node, 'field'));
      const type = typeOfExpression(text, tree.child(node, 'value'), depth + 1);
      return fieldBinding(text, type, { name, isCall: isCalled(text, node) });
    }
    default:
      return null;
  }
}

/** Whether an expression is the callee of a call. */
function isCalled(text: LanguageText, node: number): boolean {
  const { tree } = text.facts;
  const parent = tree.parent(node);
  if (tree.field(node) !== 'function') return false;
  return tree.type(parent) === 'call_expression' || tree.type(parent) === 'generic_function';
}

/** A member of a value. A value that may be wrapped has the members of the wrapper too. */
export function fieldBinding(
  text: LanguageText,
  type: TypeRef | null,
  { name, isCall }: { name: string; isCall: boolean },
): Binding {
  const isWrapped = type !== null && (type.of === 'RESULT' || type.of === 'MEMBER') && ofWrappers.has(name);
  if (type === null || isWrapped) return { to: 'NAME', name, member: true };
  return memberBinding(text, type, isCall ? calledName(name) : name);
}

function bindingOfName(text: LanguageText, node: number): Binding | null {
  const name = text.facts.tree.text(node);
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared === undefined) return builtIn.has(name) ? null : { to: 'NAME', name, member: false };
  if (name === 'Self' && declared.is === 'LOCAL') {
    const type = typeOfDeclaration(text, declared, () => null);
    return type?.of === 'SYMBOL' ? { to: 'SYMBOL', symbol: type.symbol } : null;
  }
  return bindingOf(declared);
}

function bindingOfPath(text: LanguageText, node: number): Binding | null {
  const path = partsOf(text, node);
  return path === null ? null : bindingOfParts(text, path, node);
}

/** The parts of `a::b::<T>::c`; null for a path that starts from a type in brackets. */
function partsOf(text: LanguageText, node: number): string[] | null {
  const { tree } = text.facts;
  const parts: string[] = [];
  for (let at = node, depth = 0; depth < 50; depth += 1) {
    const type = tree.type(at);
    if (type === 'generic_type') {
      at = tree.child(at, 'type');
      continue;
    }
    if (!type.startsWith('scoped_')) {
      if (!/^(identifier|type_identifier|self|super|crate|primitive_type|metavariable)$/.test(type))
        return null;
      parts.unshift(tree.text(at));
      return parts;
    }
    parts.unshift(tree.text(tree.child(at, 'name')));
    const path = tree.child(at, 'path');
    if (path < 0) return ['', ...parts];
    at = path;
  }
  return null;
}

/** The binding of a path, seen from the scope of a node. */
export function bindingOfParts(text: LanguageText, path: readonly string[], node: number): Binding | null {
  const [first = '', ...rest] = path;
  const last = rest.at(-1);
  if (last === undefined) return null;
  const isKeyword = /^(?:crate|self|super|)$/.test(first);
  const declared = isKeyword ? undefined : text.scopes.find(text.scopes.of(node), first);
  if (declared !== undefined) return bindingWithin(text, declared, rest);
  if (builtIn.has(first)) return null;
  // A type without a definition in reach comes from a wildcard; it is a member of it that is meant.
  if (/^\p{Lu}/u.test(first))
    return rest.length > 1 ? null : { to: 'MEMBER', type: { of: 'NAME', name: first }, name: last };
  const index = implicitImport(text, path, node);
  return index < 0 ? null : { to: 'IMPORT', import: index, name: last, path: [] };
}

/** The binding of the rest of a path behind a name that is declared in reach. */
function bindingWithin(text: LanguageText, declared: Declared, rest: readonly string[]): Binding | null {
  switch (declared.is) {
    case 'SYMBOL':
      return within(text, declared.symbol, rest);
    case 'IMPORT':
      return { to: 'IMPORT', import: declared.import, name: declared.name, path: rest };
    case 'LOCAL': {
      const type = rest.length > 1 ? null : typeOfDeclaration(text, declared, () => null);
      return type === null ? null : memberBinding(text, type, rest.at(-1) ?? '');
    }
  }
}

function within(text: LanguageText, symbol: number, path: readonly string[]): Binding | null {
  let owner = symbol;
  for (const part of path.slice(0, -1)) {
    const next = text.members.get(owner)?.get(part);
    if (next === undefined) return null;
    owner = next;
  }
  return memberBinding(text, { of: 'SYMBOL', symbol: owner }, path.at(-1) ?? '');
}
