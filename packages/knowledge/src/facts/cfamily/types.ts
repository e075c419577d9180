import type { Binding, TypeRef } from '../file-facts.ts';
import {
  memberBinding,
  typeOfDeclaration,
  typeOfRead,
  typeOfResult,
  type LanguageText,
} from '../language-text.ts';
import { bindingOf, typeOfDeclared, type Declared } from '../scopes.ts';
import { pathOf } from './declarators.ts';

const DEEPEST = 8;

/** Smart pointers and the like, whose members are those of their argument. */
const pointers: ReadonlySet<string> = new Set(['unique_ptr', 'shared_ptr', 'weak_ptr', 'optional', 'atomic']);

/** The name of a structure among names of other kinds: in `typedef struct X { … } X` the two are different things. */
export const tagOf = (name: string): string => `struct ${name}`;

/** The structure or class that a type names; null for one of the language. */
function typeOfAnnotation(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'type_identifier':
      return typeNamed(text, tree.text(node), node);
    case 'struct_specifier':
    case 'union_specifier':
    case 'class_specifier':
    case 'enum_specifier':
      return typeOfTag(text, tree.child(node, 'name'), depth + 1);
    case 'type_descriptor':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'qualified_identifier': {
      const path = pathOf(tree, node);
      if (path[0] === 'std') return pointed(text, node, depth);
      return typeNamed(text, path.at(-1) ?? '', node);
    }
    case 'template_type':
      return pointers.has(tree.text(tree.child(node, 'name')))
        ? typeOfAnnotation(
            text,
            tree.childOfType(tree.child(node, 'arguments'), 'type_descriptor'),
            depth + 1,
          )
        : typeOfAnnotation(text, tree.child(node, 'name'), depth + 1);
    default:
      return null;
  }
}

/** The structure that `struct X` names, or the type that has its name. */
function typeOfTag(text: LanguageText, name: number, depth: number): TypeRef | null {
  const declared = text.scopes.find(text.scopes.of(name), tagOf(text.facts.tree.text(name)));
  return declared === undefined ? typeOfAnnotation(text, name, depth) : typeOfDeclared(declared);
}

/** The declaration that a name means; behind `struct`, that of a structure comes first. */
function declaredAt(text: LanguageText, node: number): Declared | undefined {
  const { tree } = text.facts;
  const [scope, name] = [text.scopes.of(node), tree.text(node)];
  const isTag = /^(?:struct|union|class|enum)_specifier$/.test(tree.type(tree.parent(node)));
  return (isTag ? text.scopes.find(scope, tagOf(name)) : undefined) ?? text.scopes.find(scope, name);
}

/** `std::unique_ptr<Type>`: the type it points to. */
function pointed(text: LanguageText, node: number, depth: number): TypeRef | null {
  const { tree } = text.facts;
  for (let at = node; at <= tree.last(node); at += 1)
    if (tree.type(at) === 'template_type' && pointers.has(tree.text(tree.child(at, 'name'))))
      return typeOfAnnotation(text, at, depth + 1);
  return null;
}

function typeNamed(text: LanguageText, name: string, node: number): TypeRef | null {
  const declared = text.scopes.find(text.scopes.of(node), name);
  return declared === undefined ? { of: 'NAME', name } : typeOfDeclared(declared);
}

/** The type of a value, where declarations state it. */
function typeOfExpression(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier': {
      const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
      return typeOfDeclaration(text, declared, (symbol) => typeOfSymbol(text, symbol));
    }
    case 'this':
      return ownerOf(text, node);
    case 'pointer_expression':
    case 'subscript_expression':
      return typeOfExpression(text, tree.child(node, 'argument'), depth + 1);
    case 'parenthesized_expression':
      return typeOfExpression(text, firstNamed(text, node), depth + 1);
    case 'cast_expression':
    case 'new_expression':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'field_expression':
      return typeOfRead(bindingOfExpression(text, node, depth + 1), (symbol) => typeOfSymbol(text, symbol));
    case 'call_expression':
      return typeOfResult(bindingOfExpression(text, tree.child(node, 'function'), depth + 1));
    default:
      return null;
  }
}

/** The binding of an expression: a name, or a member of something whose type is stated. */
export function bindingOfExpression(text: LanguageText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
    case 'type_identifier':
    case 'namespace_identifier': {
      const declared = declaredAt(text, node);
      return declared === undefined
        ? { to: 'NAME', name: tree.text(node), member: false }
        : bindingOf(declared);
    }
    case 'template_function':
    case 'template_type':
      return bindingOfExpression(text, tree.child(node, 'name'), depth + 1);
    case 'qualified_identifier':
      return bindingOfPath(text, node);
    case 'field_expression': {
      const field = tree.child(node, 'field');
      const name = tree.text(tree.type(field) === 'template_method' ? tree.child(field, 'name') : field);
      const type = typeOfExpression(text, tree.child(node, 'argument'), depth + 1);
      return type === null ? { to: 'NAME', name, member: true } : memberBinding(text, type, name);
    }
    default:
      return null;
  }
}

/** `ns::name` is the name itself; `Class::name` a member. Namespaces are nearly always lower case. */
function bindingOfPath(text: LanguageText, node: number): Binding | null {
  const path = pathOf(text.facts.tree, node);
  const [name = '', owner] = [path.at(-1), path.at(-2)];
  if (path[0] === 'std' || name === '') return null;
  const of = (given: string) => text.scopes.find(text.scopes.of(node), given);
  const holder = owner === undefined ? undefined : of(owner);
  const kind = holder?.is === 'SYMBOL' ? text.facts.symbols[holder.symbol]?.kind : undefined;
  if (holder !== undefined && kind !== 'NAMESPACE') {
    const type = typeOfDeclared(holder);
    return type === null ? null : memberBinding(text, type, name);
  }
  if (owner !== undefined && kind === undefined && /^[A-Z]/.test(owner))
    return { to: 'MEMBER', type: { of: 'NAME', name: owner }, name };
  const declared = of(name);
  return declared === undefined ? { to: 'NAME', name, member: false } : bindingOf(declared);
}

/** The class whose method a node stands in. */
function ownerOf(text: LanguageText, node: number): TypeRef | null {
  const { symbols } = text.facts;
  for (let at = text.inside[node] ?? -1; at >= 0; at = symbols[at]?.parent ?? -1) {
    const symbol = symbols[at];
    if (symbol?.kind === 'CLASS') return { of: 'SYMBOL', symbol: at };
    if (symbol?.owner) return symbol.owner;
  }
  return null;
}

/** The stated type of a field or variable, or the stated result of a function. */
export function typeOfSymbol(text: LanguageText, symbol: number): TypeRef | null {
  const { facts, definedAt } = text;
  const node = definedAt[symbol] ?? -1;
  const kind = facts.symbols[symbol]?.kind;
  if (node < 0 || kind === 'CLASS' || kind === 'ENUM' || kind === 'NAMESPACE') return null;
  return typeOfAnnotation(text, facts.tree.child(node, 'type'));
}

/** The type of a local name: stated, or with `auto` that of its value. */
export function typeOfLocal(text: LanguageText, declaration: number, declarator: number): TypeRef | null {
  const { tree } = text.facts;
  const type = tree.child(declaration, 'type');
  if (tree.type(type) !== 'placeholder_type_specifier') return typeOfAnnotation(text, type);
  return typeOfExpression(text, tree.child(declarator, 'value'), 1);
}

/** The base classes of a class. */
export function basesOf(text: LanguageText, symbol: number): TypeRef[] {
  const { tree } = text.facts;
  const clause = tree.childOfType(text.definedAt[symbol] ?? -1, 'base_class_clause');
  if (clause < 0) return [];
  return [...tree.children(clause)].flatMap((part) => typeOfAnnotation(text, part) ?? []);
}

function firstNamed(text: LanguageText, node: number): number {
  const { tree } = text.facts;
  return [...tree.children(node)].find((child) => /^[a-z]/.test(tree.type(child))) ?? -1;
}
