import type { SymbolKind, TypeRef } from '../file-facts.ts';
import {
  addMember,
  documentationAbove,
  walkScopes,
  type Around,
  type LanguageText,
  type LocalName,
} from '../language-text.ts';
import { declareInclude, declareUse } from './modules.ts';
import { typeOfAnnotation, typeOfExpression } from './types.ts';

const types: Readonly<Record<string, SymbolKind>> = {
  class_declaration: 'CLASS',
  trait_declaration: 'CLASS',
  interface_declaration: 'INTERFACE',
  enum_declaration: 'ENUM',
};

/** The first pass: the namespace, symbols, imports and local variables. */
export function declareAll(text: LanguageText): void {
  walkScopes(text, (node, around) => {
    const { tree } = text.facts;
    const type = tree.type(node);
    const kind = types[type];
    if (kind !== undefined) return within(define(text, node, { kind, around }), around);
    switch (type) {
      case 'namespace_definition': {
        const name = tree.child(node, 'name');
        // Of several namespaces in one file the first counts.
        if (name >= 0) text.facts.packageName ??= `php:${tree.text(name)}`;
        return around;
      }
      case 'function_definition':
        return inside(text, define(text, node, { kind: 'FUNCTION', around }), around);
      case 'method_declaration':
        return inside(text, define(text, node, { kind: 'METHOD', around }), around);
      case 'anonymous_function':
      case 'anonymous_function_creation_expression':
        return { ...around, scope: text.scopes.open(around.scope) };
      default:
        declareNode(text, node, around);
        return around;
    }
  });
  if (text.facts.packageName === null && text.facts.symbols.length > 0) text.facts.packageName = 'php:';
}

function declareNode(text: LanguageText, node: number, around: Around): void {
  const { tree } = text.facts;
  const type = tree.type(node);
  switch (type) {
    case 'namespace_use_declaration':
      return declareUse(text, node);
    case 'include_expression':
    case 'include_once_expression':
    case 'require_expression':
    case 'require_once_expression':
      return declareInclude(text, node);
    case 'property_element':
    case 'const_element':
    case 'enum_case':
      define(text, node, { kind: type === 'property_element' ? 'FIELD' : 'CONSTANT', around });
      return;
    case 'property_promotion_parameter':
      return declarePromoted(text, node, around);
    case 'simple_parameter':
    case 'catch_clause':
      return declareStated(text, node, around);
    case 'assignment_expression':
      declareAssigned(text, node, around);
  }
}

/** A parameter of a constructor that is a property of the class as well. */
function declarePromoted(text: LanguageText, node: number, around: Around): void {
  const owner = text.facts.symbols[around.symbol]?.parent ?? -1;
  if (owner >= 0) define(text, node, { kind: 'FIELD', around: { scope: 0, symbol: owner } });
  declareStated(text, node, around);
}

function declareStated(text: LanguageText, node: number, { scope }: Around): void {
  declareLocal(text, text.facts.tree.child(node, 'name'), { scope, type: () => stated(text, node) });
}

function declareAssigned(text: LanguageText, node: number, { scope }: Around): void {
  const { tree } = text.facts;
  const left = tree.child(node, 'left');
  const right = tree.child(node, 'right');
  if (tree.type(left) === 'variable_name')
    declareLocal(text, left, { scope, type: () => typeOfExpression(text, right) });
}

function within(symbol: number, around: Around): Around {
  return symbol < 0 ? around : { ...around, symbol };
}

function inside(text: LanguageText, symbol: number, around: Around): Around {
  return { symbol: symbol < 0 ? around.symbol : symbol, scope: text.scopes.open(around.scope) };
}

function stated(text: LanguageText, node: number): TypeRef | null {
  return typeOfAnnotation(text, text.facts.tree.child(node, 'type'));
}

function declareLocal(text: LanguageText, name: number, { scope, type }: LocalName): void {
  if (name < 0) return;
  text.scopes.declare(scope, text.facts.tree.text(name), { is: 'LOCAL', type });
}

function define(text: LanguageText, node: number, given: { kind: SymbolKind; around: Around }): number {
  const { facts, definedAt } = text;
  const { tree } = facts;
  const { kind, around } = given;
  let name = tree.child(node, 'name');
  if (name < 0) name = tree.childOfType(node, 'name');
  if (name < 0) return -1;
  if (facts.isFull) {
    facts.isPartial = true;
    return -1;
  }
  const owner = facts.symbols[around.symbol];
  const isMember = /^(?:CLASS|INTERFACE|ENUM)$/.test(owner?.kind ?? '');
  const whole = /^(?:property_element|const_element)$/.test(tree.type(node)) ? tree.parent(node) : node;
  const label = tree.text(name).replace(/^\$/, '');
  const visibility = tree.text(Math.max(0, tree.childOfType(whole, 'visibility_modifier')));
  const symbol = facts.symbol(whole, name, {
    name: label,
    kind,
    isExported: !/^(?:private|protected)$/.test(visibility) && (owner === undefined || isMember),
    parent: around.symbol < 0 ? null : around.symbol,
    signature: facts.signatureOf(whole, tree.child(node, 'body')),
    documentation: documentationAbove(text, whole, (comment) => comment.startsWith('/**')),
    isStatic: kind === 'CONSTANT' || tree.has(whole, 'static_modifier'),
  });
  if (symbol < 0) return -1;
  definedAt[symbol] = node;
  if (isMember) addMember(text, around.symbol, { name: label, symbol });
  else text.scopes.declare(0, label, { is: 'SYMBOL', symbol });
  return symbol;
}
