import type { Binding, TypeRef } from '../file-facts.ts';
import {
  firstNamed,
  memberBinding,
  typeOfDeclaration,
  typeOfRead,
  typeOfResult,
  type LanguageText,
} from '../language-text.ts';
import { classNamed, functionNamed, ownerOf } from './names.ts';

const DEEPEST = 8;

/** The class that a type names; null where it names several, none, or one of the language. */
export function typeOfAnnotation(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'named_type':
    case 'optional_type':
      return typeOfAnnotation(text, firstNamed(text, node), depth + 1);
    case 'name':
    case 'qualified_name':
      return classNamed(text, node);
    case 'type_list':
    case 'union_type': {
      const named = [...tree.children(node)].filter((part) => tree.type(part) === 'named_type');
      const [only] = named;
      return named.length === 1 && only !== undefined ? typeOfAnnotation(text, only, depth + 1) : null;
    }
    default:
      return null;
  }
}

const reads: ReadonlySet<string> = new Set([
  'member_access_expression',
  'nullsafe_member_access_expression',
  'scoped_property_access_expression',
]);
const calls: ReadonlySet<string> = new Set([
  'member_call_expression',
  'nullsafe_member_call_expression',
  'scoped_call_expression',
]);

/** The class of a value, where constructors or declarations state it. */
export function typeOfExpression(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  const type = tree.type(node);
  if (calls.has(type)) return typeOfResult(bindingOfMember(text, node, depth + 1));
  if (reads.has(type))
    return typeOfRead(bindingOfMember(text, node, depth + 1), (symbol) => typeOfSymbol(text, symbol));
  switch (type) {
    case 'variable_name':
      return typeOfVariable(text, node);
    case 'object_creation_expression':
      return classNamed(text, classOf(text, node));
    case 'parenthesized_expression':
    case 'clone_expression':
      return typeOfExpression(text, firstNamed(text, node), depth + 1);
    case 'assignment_expression':
      return typeOfExpression(text, tree.child(node, 'right'), depth + 1);
    case 'function_call_expression': {
      const callee = tree.child(node, 'function');
      const binding = /name$/.test(tree.type(callee)) ? functionNamed(text, callee) : null;
      return typeOfResult(binding);
    }
    default:
      return null;
  }
}

function typeOfVariable(text: LanguageText, node: number): TypeRef | null {
  const name = text.facts.tree.text(node);
  const owner = name === '$this' ? ownerOf(text, node) : -1;
  if (owner >= 0) return { of: 'SYMBOL', symbol: owner };
  return typeOfDeclaration(text, text.scopes.find(text.scopes.of(node), name), () => null);
}

/** `$object->name`, `$object->name()`, `Class::name()`, `Class::NAME`, `Class::$name`. */
export function bindingOfMember(text: LanguageText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  const name = nameOfMember(text, node);
  if (name < 0 || !/^(?:name|variable_name)$/.test(tree.type(name))) return null;
  const label = tree.text(name).replace(/^\$/, '');
  if (label === 'class' && tree.type(node) === 'class_constant_access_expression') return null;
  const scope = scopeOf(text, node);
  const type =
    scope >= 0
      ? /^(?:name|qualified_name|relative_scope)$/.test(tree.type(scope))
        ? classNamed(text, scope)
        : typeOfExpression(text, scope, depth + 1)
      : typeOfExpression(text, tree.child(node, 'object'), depth + 1);
  const isCall = tree.type(node).endsWith('call_expression');
  if (type === null) return { to: 'NAME', name: label, member: true };
  return memberBinding(text, type, isCall ? `${label}()` : label);
}

/** The node before `::`; -1 for a member of an object. */
function scopeOf(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  const scope = tree.child(node, 'scope');
  if (scope >= 0) return scope;
  return tree.type(node) === 'class_constant_access_expression' ? firstNamed(text, node) : -1;
}

export function nameOfMember(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  if (name >= 0 || tree.type(node) !== 'class_constant_access_expression') return name;
  return [...tree.children(node)].findLast((child) => tree.type(child) === 'name') ?? -1;
}

/** The class of `new Class`; -1 for an anonymous one and for one that is computed. */
function classOf(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  return [...tree.children(node)].find((child) => /^(?:name|qualified_name)$/.test(tree.type(child))) ?? -1;
}

/** The stated type of a property, or the stated result of a function. */
export function typeOfSymbol(text: LanguageText, symbol: number): TypeRef | null {
  const { tree } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  if (node < 0) return null;
  const stated = tree.child(node, tree.type(node) === 'property_element' ? 'none' : 'return_type');
  if (stated >= 0) return typeOfAnnotation(text, stated);
  const holder = tree.type(node) === 'property_element' ? tree.parent(node) : node;
  return typeOfAnnotation(text, tree.child(holder, 'type'));
}
