import type { Binding, TypeRef } from '../file-facts.ts';
import {
  calledName,
  memberBinding,
  typeOfDeclaration,
  typeOfResult,
  type LanguageText,
} from '../language-text.ts';
import { bindingOf, typeOfDeclared, type Declared } from '../scopes.ts';
import { builtIn } from './built-in.ts';
import { implicitImport } from './modules.ts';

const DEEPEST = 6;

/** The class or interface that an annotation names; null for arrays, primitives and types of the language. */
export function typeOfAnnotation(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type_identifier':
    case 'identifier':
      return typeNamed(text, tree.text(node), node);
    case 'generic_type':
    case 'annotated_type': {
      const inner = [...tree.children(node)].find((each) =>
        /^(scoped_)?type_identifier$/.test(tree.type(each)),
      );
      return typeOfAnnotation(text, inner ?? -1, depth + 1);
    }
    case 'scoped_type_identifier':
      return typeOfPath(text, tree.text(node).slice(0, 400).replace(/\s+/g, ''), node);
    default:
      return null;
  }
}

function typeNamed(text: LanguageText, name: string, node: number): TypeRef | null {
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared === undefined) return builtIn.has(name) ? null : { of: 'NAME', name };
  // A type parameter has the members of its bound.
  return declared.is === 'LOCAL' ? typeOfDeclaration(text, declared, () => null) : typeOfDeclared(declared);
}

/** `Outer.Inner` or `a.b.Outer.Inner` */
function typeOfPath(text: LanguageText, path: string, node: number): TypeRef | null {
  const qualified = /^[a-z_][\w$]*(?:\.[a-z_][\w$]*)*\.[A-Z][\w$]*/.exec(path)?.[0];
  const [first = '', ...rest] = path.split('.');
  let type: TypeRef | null;
  let inner = rest;
  if (qualified !== undefined && text.scopes.find(text.scopes.of(node), first) === undefined) {
    const index = implicitImport(text, qualified, node);
    const name = qualified.slice(qualified.lastIndexOf('.') + 1);
    type = index < 0 ? null : { of: 'IMPORT', import: index, name, path: [] };
    inner = path
      .slice(qualified.length + 1)
      .split('.')
      .filter(Boolean);
  } else type = /^\p{Lu}/u.test(first) ? typeNamed(text, first, node) : null;
  for (const name of inner) {
    if (type === null) return null;
    const member = memberBinding(text, type, name);
    if (type.of === 'IMPORT') type = { ...type, path: [...type.path, name] };
    else
      type = member.to === 'SYMBOL' ? { of: 'SYMBOL', symbol: member.symbol } : { of: 'MEMBER', type, name };
  }
  return type;
}

/** The type of a value, where constructors, declarations or results state it. */
export function typeOfExpression(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
      return typeOfName(text, node);
    case 'this':
      return thisType(text, node);
    case 'super':
      return superType(text, node);
    case 'object_creation_expression':
    case 'cast_expression':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'parenthesized_expression':
      return typeOfExpression(text, node + 2, depth + 1);
    case 'assignment_expression':
      return typeOfExpression(text, tree.child(node, 'left'), depth + 1);
    case 'field_access':
      return typeOfField(text, node, depth + 1);
    case 'method_invocation':
      return typeOfResult(bindingOfExpression(text, node, depth + 1));
    default:
      return null;
  }
}

function typeOfField(text: LanguageText, node: number, depth: number): TypeRef | null {
  const binding = bindingOfExpression(text, node, depth);
  if (binding === null || binding.to === 'NAME') return null;
  if (binding.to === 'SYMBOL') return valueOrType(text, binding.symbol);
  return binding.to === 'MEMBER'
    ? { of: 'MEMBER', type: binding.type, name: binding.name }
    : { of: 'IMPORT', import: binding.import, name: binding.name, path: binding.path };
}

const isType = (text: LanguageText, symbol: number): boolean =>
  /^(CLASS|INTERFACE|ENUM)$/.test(text.facts.symbols[symbol]?.kind ?? '');

/** The type itself where a type is named as a value, as in `Type.method()`. */
function valueOrType(text: LanguageText, symbol: number): TypeRef | null {
  return isType(text, symbol) ? { of: 'SYMBOL', symbol } : typeOfSymbol(text, symbol);
}

/** The type of the class around a node; of the extended type in a class without a name. */
function thisType(text: LanguageText, node: number): TypeRef | null {
  return typeOfDeclaration(text, text.scopes.find(text.scopes.of(node), 'this'), () => null);
}

function superType(text: LanguageText, node: number): TypeRef | null {
  const own = thisType(text, node);
  return own?.of === 'SYMBOL' ? (text.facts.symbols[own.symbol]?.bases[0] ?? null) : own;
}

function typeOfName(text: LanguageText, node: number): TypeRef | null {
  const name = text.facts.tree.text(node);
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared?.is === 'IMPORT') return typeOfDeclared(declared);
  if (declared !== undefined) return typeOfDeclaration(text, declared, (symbol) => valueOrType(text, symbol));
  if (builtIn.has(name)) return null;
  if (isTypeName(name)) return { of: 'NAME', name };
  const own = thisType(text, node);
  return own === null || !hasBases(text, own) ? null : { of: 'MEMBER', type: own, name };
}

/** By convention a type begins with a capital letter; constants consist of capitals only. */
const isTypeName = (name: string): boolean => /^\p{Lu}/u.test(name) && !/^[\p{Lu}\d_]{2,}$/u.test(name);

/** The stated type of a field, or the stated result of a method. */
export function typeOfSymbol(text: LanguageText, symbol: number): TypeRef | null {
  const { facts, definedAt } = text;
  const { tree } = facts;
  const node = definedAt[symbol] ?? -1;
  switch (tree.type(node)) {
    case 'method_declaration':
    case 'annotation_type_element_declaration':
    case 'formal_parameter':
      return typeOfAnnotation(text, tree.child(node, 'type'));
    case 'variable_declarator':
      return typeOfAnnotation(text, tree.child(tree.parent(node), 'type'));
    case 'enum_constant': {
      const parent = facts.symbols[symbol]?.parent ?? null;
      return parent === null ? null : { of: 'SYMBOL', symbol: parent };
    }
    default:
      return null;
  }
}

/** The binding of a name, a field, a call or a method reference. */
export function bindingOfExpression(text: LanguageText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
    case 'type_identifier':
      return bindingOfName(text, node, tree.text(node));
    case 'scoped_type_identifier':
      return bindingFromType(typeOfAnnotation(text, node));
    case 'field_access': {
      const path = tree.text(node).slice(0, 400);
      const first = path.slice(0, path.indexOf('.'));
      const isPath = /^[a-z_][\w$]*(?:\.[a-z_][\w$]*)*\.[A-Z][\w$]*$/.test(path);
      if (
        isPath &&
        text.scopes.find(text.scopes.of(node), first) === undefined &&
        !isInherited(text, node, first)
      )
        return bindingFromType(typeOfPath(text, path, node));
      return memberOfObject(text, tree.child(node, 'object'), {
        name: tree.text(tree.child(node, 'field')),
        depth,
      });
    }
    case 'method_invocation': {
      const object = tree.child(node, 'object');
      const name = tree.text(tree.child(node, 'name'));
      return object < 0
        ? bindingOfName(text, node, calledName(name))
        : memberOfObject(text, object, { name: calledName(name), depth });
    }
    default:
      return null;
  }
}

/** Whether a name without a declaration can be a field that a class around inherits. */
function isInherited(text: LanguageText, node: number, name: string): boolean {
  const own = thisType(text, node);
  return own !== null && own.of === 'SYMBOL' && text.members.get(own.symbol)?.has(name) === true;
}

function bindingFromType(type: TypeRef | null): Binding | null {
  if (type === null) return null;
  switch (type.of) {
    case 'SYMBOL':
      return { to: 'SYMBOL', symbol: type.symbol };
    case 'IMPORT':
      return { to: 'IMPORT', import: type.import, name: type.name, path: type.path };
    case 'MEMBER':
      return { to: 'MEMBER', type: type.type, name: type.name };
    case 'NAME':
      return { to: 'NAME', name: type.name, member: false };
    case 'RESULT':
      return null;
  }
}

export function memberOfObject(
  text: LanguageText,
  object: number,
  { name, depth }: { name: string; depth: number },
): Binding {
  const type = typeOfExpression(text, object, depth + 1);
  if (type === null) return { to: 'NAME', name: name.replace(/\(\)$/, ''), member: true };
  return memberBinding(text, type, name);
}

/** A name without a declaration is inherited where the class around extends something, else it comes from an import. */
function bindingOfName(text: LanguageText, node: number, name: string): Binding | null {
  const declared: Declared | undefined = text.scopes.find(text.scopes.of(node), name);
  if (declared !== undefined) return bindingOf(declared);
  const plain = name.replace(/\(\)$/, '');
  if (builtIn.has(plain)) return null;
  const isCall = plain !== name;
  const own = isCall || !isTypeName(plain) ? thisType(text, node) : null;
  if (own !== null && hasBases(text, own)) return memberBinding(text, own, name);
  return { to: 'NAME', name: plain, member: false };
}

function hasBases(text: LanguageText, type: TypeRef): boolean {
  return type.of !== 'SYMBOL' || (text.facts.symbols[type.symbol]?.bases.length ?? 0) > 0;
}
