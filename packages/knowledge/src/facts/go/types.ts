import type { Binding, TypeRef } from '../file-facts.ts';
import { memberBinding, typeOfDeclaration, type LanguageText } from '../language-text.ts';
import { bindingOf, typeOfDeclared } from '../scopes.ts';
import { builtIn } from './built-in.ts';

const DEEPEST = 6;

/** The named type that an annotation states; null for containers, functions and types of the language. */
export function typeOfAnnotation(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type_identifier':
      return nameTyped(text, node);
    case 'pointer_type':
    case 'parenthesized_type':
      return typeOfAnnotation(text, node + 2, depth + 1);
    case 'type_elem':
      return typeOfAnnotation(text, node + 1, depth + 1);
    case 'generic_type':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'qualified_type': {
      const binding = qualifiedBinding(text, node);
      return binding === null ? null : { ...binding, of: 'IMPORT' };
    }
    case 'parameter_list': {
      const first = [...tree.children(node)].find((child) => tree.type(child) === 'parameter_declaration');
      return first === undefined ? null : typeOfAnnotation(text, tree.child(first, 'type'), depth + 1);
    }
    default:
      return null;
  }
}

function nameTyped(text: LanguageText, node: number): TypeRef | null {
  const name = text.facts.tree.text(node);
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared !== undefined) return typeOfDeclared(declared);
  return builtIn.has(name) ? null : { of: 'NAME', name };
}

/** `pkg.Type` */
export function qualifiedBinding(
  text: LanguageText,
  node: number,
): Extract<Binding, { to: 'IMPORT' }> | null {
  const { tree } = text.facts;
  const declared = text.scopes.find(text.scopes.of(node), tree.text(tree.child(node, 'package')));
  if (declared?.is !== 'IMPORT') return null;
  return { to: 'IMPORT', import: declared.import, name: '*', path: [tree.text(tree.child(node, 'name'))] };
}

/** The name of the type that a method is defined on. */
export function receiverName(text: LanguageText, node: number): string | null {
  const { tree } = text.facts;
  const list = tree.child(node, 'receiver');
  if (list < 0) return null;
  for (let at = list; at <= tree.last(list); at += 1)
    if (tree.type(at) === 'type_identifier') return tree.text(at);
  return null;
}

/** The type of a value, where literals, annotations or results state it. */
function typeOfExpression(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
      return typeOfName(text, node);
    case 'composite_literal':
    case 'type_conversion_expression':
    case 'type_assertion_expression':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'unary_expression':
      return /^[&*]/.test(tree.text(node))
        ? typeOfExpression(text, tree.child(node, 'operand'), depth + 1)
        : null;
    case 'parenthesized_expression':
      return typeOfExpression(text, node + 2, depth + 1);
    case 'index_expression':
      return elementOf(text, tree.child(node, 'operand'), depth + 1);
    case 'selector_expression': {
      const binding = bindingOfExpression(text, node, depth + 1);
      return binding === null ? null : typeOfBinding(text, binding);
    }
    case 'call_expression':
      return typeOfCall(text, node, depth + 1);
    default:
      return null;
  }
}

function typeOfBinding(text: LanguageText, binding: Binding): TypeRef | null {
  switch (binding.to) {
    case 'SYMBOL':
      return typeOfDeclaration(text, { is: 'SYMBOL', symbol: binding.symbol }, (symbol) =>
        typeOfSymbol(text, symbol),
      );
    case 'IMPORT':
      return { of: 'IMPORT', import: binding.import, name: binding.name, path: binding.path };
    case 'MEMBER':
      return { of: 'MEMBER', type: binding.type, name: binding.name };
    case 'NAME':
      return binding.member ? null : { of: 'NAME', name: binding.name };
  }
}

function typeOfCall(text: LanguageText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  const callee = tree.child(node, 'function');
  if (tree.text(callee) === 'new') {
    const list = tree.child(node, 'arguments');
    return list < 0 ? null : typeOfAnnotation(text, list + 2, depth);
  }
  const binding = bindingOfExpression(text, callee, depth);
  if (binding === null || (binding.to === 'NAME' && binding.member)) return null;
  const isType =
    binding.to === 'SYMBOL' && !/^(FUNCTION|METHOD)$/.test(text.facts.symbols[binding.symbol]?.kind ?? '');
  // A conversion is written as a call; a variable that holds a function has no stated result.
  if (isType) return typeOfBinding(text, binding);
  return { of: 'RESULT', callee: binding };
}

function typeOfName(text: LanguageText, node: number): TypeRef | null {
  const name = text.facts.tree.text(node);
  const declared = text.scopes.find(text.scopes.of(node), name);
  // It may be a variable of another file of the package, which is resolved to its type later.
  if (declared === undefined) return builtIn.has(name) ? null : { of: 'NAME', name };
  return typeOfDeclaration(text, declared, (symbol) => typeOfSymbol(text, symbol));
}

/** The stated type of a variable or field, or the first stated result of a function. */
export function typeOfSymbol(text: LanguageText, symbol: number): TypeRef | null {
  const { facts, definedAt } = text;
  const { tree } = facts;
  const node = definedAt[symbol] ?? -1;
  switch (tree.type(node)) {
    case 'function_declaration':
    case 'method_declaration':
    case 'method_elem':
      return typeOfAnnotation(text, tree.child(node, 'result'));
    case 'field_declaration':
    case 'type_alias':
      return typeOfAnnotation(text, tree.child(node, 'type'));
    case 'var_spec':
    case 'const_spec': {
      const names = [...tree.children(node)].filter((child) => tree.field(child) === 'name');
      const index = names.findIndex((name) => tree.text(name) === facts.symbols[symbol]?.name);
      return typeInSpec(text, node, index);
    }
    default:
      return null;
  }
}

/** The type of the n-th name of `var a, b T = x, y`. */
export function typeInSpec(text: LanguageText, spec: number, index: number): TypeRef | null {
  const { tree } = text.facts;
  const type = tree.child(spec, 'type');
  return type >= 0 ? typeOfAnnotation(text, type) : typeOfValue(text, tree.child(spec, 'value'), index);
}

export function typeOfValue(text: LanguageText, list: number, index: number): TypeRef | null {
  const values = expressionsOf(text, list);
  const value = values[index];
  // Of several results only the first one's type is known.
  return value === undefined ? null : typeOfExpression(text, value);
}

export function expressionsOf(text: LanguageText, list: number): number[] {
  const { tree } = text.facts;
  if (list < 0) return [];
  return tree.type(list) === 'expression_list'
    ? [...tree.children(list)].filter((child) => tree.type(child) !== ',')
    : [list];
}

/** The element type of a slice, array, map or channel whose own type is written in this text. */
export function elementOf(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  const written = writtenType(text, node, depth);
  if (written < 0) return null;
  const field = tree.type(written) === 'variadic_parameter_declaration' ? 'type' : 'element';
  const element = tree.child(written, field);
  return typeOfAnnotation(text, element >= 0 ? element : tree.child(written, 'value'));
}

/** The node of the type that a name, a field of a known type or a literal is written with. */
function writtenType(text: LanguageText, node: number, depth: number): number {
  const { tree, symbols } = text.facts;
  if (node < 0 || depth > DEEPEST) return -1;
  if (tree.type(node) === 'composite_literal') return tree.child(node, 'type');
  if (tree.type(node) === 'identifier') return writtenTypeOfName(text, node);
  if (tree.type(node) !== 'selector_expression') return -1;
  const binding = bindingOfExpression(text, node, depth + 1);
  return binding?.to === 'SYMBOL' && symbols[binding.symbol]?.kind === 'FIELD'
    ? tree.child(text.definedAt[binding.symbol] ?? -1, 'type')
    : -1;
}

function writtenTypeOfName(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
  if (declared?.is === 'SYMBOL') return tree.child(text.definedAt[declared.symbol] ?? -1, 'type');
  return declared?.is === 'LOCAL' ? (text.written.get(declared) ?? -1) : -1;
}

/** The binding of an expression: a name, a name of a package, or a member of something whose type is stated. */
export function bindingOfExpression(text: LanguageText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
    case 'type_identifier': {
      const name = tree.text(node);
      const declared = text.scopes.find(text.scopes.of(node), name);
      if (declared !== undefined) return bindingOf(declared);
      return builtIn.has(name) ? null : { to: 'NAME', name, member: false };
    }
    case 'parenthesized_expression':
      return bindingOfExpression(text, node + 2, depth + 1);
    case 'index_expression':
      // An instance of a generic function.
      return bindingOfExpression(text, tree.child(node, 'operand'), depth + 1);
    case 'selector_expression':
      return bindingOfSelector(text, node, depth);
    default:
      return null;
  }
}

/** `package.Name`, `Type.Method` and `value.member`. */
function bindingOfSelector(text: LanguageText, node: number, depth: number): Binding | null {
  const { tree, symbols } = text.facts;
  const operand = tree.child(node, 'operand');
  const name = tree.text(tree.child(node, 'field'));
  const declared =
    tree.type(operand) === 'identifier'
      ? text.scopes.find(text.scopes.of(operand), tree.text(operand))
      : undefined;
  if (declared?.is === 'IMPORT') return { to: 'IMPORT', import: declared.import, name: '*', path: [name] };
  const isType =
    declared?.is === 'SYMBOL' && /^(CLASS|INTERFACE)$/.test(symbols[declared.symbol]?.kind ?? '');
  const type = isType ? typeOfDeclared(declared) : typeOfExpression(text, operand, depth + 1);
  return type === null ? { to: 'NAME', name, member: true } : memberBinding(text, type, name);
}
