import type { ImportKind, SymbolKind } from '../file-facts.ts';
import {
  addMember,
  documentationAbove,
  walkScopes,
  type Around,
  type LanguageText,
} from '../language-text.ts';
import { ownerOf, typeOfExpression } from './types.ts';

const requires: Readonly<Record<string, ImportKind>> = {
  require: 'REQUIRE',
  load: 'REQUIRE',
  require_relative: 'IMPORT',
  autoload: 'DYNAMIC',
};

/** The first pass: modules, classes, methods, constants, requires and local names. */
export function declareAll(text: LanguageText): void {
  walkScopes(text, (node, around) => {
    const { tree } = text.facts;
    switch (tree.type(node)) {
      case 'module':
        return open(
          text,
          define(text, node, { kind: 'MODULE', around, name: tree.child(node, 'name') }),
          around,
        );
      case 'class':
        return open(
          text,
          define(text, node, { kind: 'CLASS', around, name: tree.child(node, 'name') }),
          around,
        );
      case 'method':
      case 'singleton_method': {
        const kind = ownerKind(text, around) === undefined ? 'FUNCTION' : 'METHOD';
        return open(text, define(text, node, { kind, around, name: tree.child(node, 'name') }), around);
      }
      case 'block':
      case 'do_block':
      case 'lambda':
        return { ...around, scope: text.scopes.open(around.scope) };
      default:
        declareNode(text, node, around);
        return around;
    }
  });
}

function open(text: LanguageText, symbol: number, around: Around): Around {
  return { symbol: symbol < 0 ? around.symbol : symbol, scope: text.scopes.open(around.scope) };
}

function ownerKind(text: LanguageText, around: Around): SymbolKind | undefined {
  const kind = text.facts.symbols[around.symbol]?.kind;
  return kind === 'CLASS' || kind === 'MODULE' ? kind : undefined;
}

function declareNode(text: LanguageText, node: number, around: Around): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'call':
      return declareCall(text, node, around);
    case 'assignment':
      return declareAssignment(text, node, around);
    case 'identifier':
      if (/parameter/.test(tree.type(tree.parent(node))) && tree.field(node) !== 'value')
        declareLocal(text, node, { scope: around.scope, value: -1 });
      return;
    case 'exception_variable': {
      const name = tree.childOfType(node, 'identifier');
      if (name >= 0) declareLocal(text, name, { scope: around.scope, value: -1 });
    }
  }
}

function declareAssignment(text: LanguageText, node: number, around: Around): void {
  const { tree } = text.facts;
  const left = tree.child(node, 'left');
  const right = tree.child(node, 'right');
  switch (tree.type(left)) {
    case 'constant':
      define(text, node, { kind: 'CONSTANT', around, name: left });
      return;
    case 'instance_variable': {
      const owner =
        text.facts.symbols[around.symbol]?.kind === 'METHOD'
          ? (text.facts.symbols[around.symbol]?.parent ?? -1)
          : -1;
      if (owner < 0 || text.members.get(owner)?.has(tree.text(left)) === true) return;
      define(text, node, {
        kind: 'FIELD',
        around: { scope: text.scopes.open(-1), symbol: owner },
        name: left,
      });
      return;
    }
    case 'identifier':
      return declareLocal(text, left, { scope: around.scope, value: right });
    case 'left_assignment_list':
      for (const each of tree.children(left))
        if (tree.type(each) === 'identifier') declareLocal(text, each, { scope: around.scope, value: -1 });
  }
}

/** `require 'x'`, `autoload :X, 'x'` and `attr_reader :name`. */
function declareCall(text: LanguageText, node: number, around: Around): void {
  const { facts } = text;
  const { tree } = facts;
  if (tree.child(node, 'receiver') >= 0) return;
  const method = tree.text(tree.child(node, 'method'));
  const list = tree.child(node, 'arguments');
  if (list < 0) return;
  if (Object.hasOwn(requires, method)) {
    const string = [...tree.children(list)].findLast((each) => tree.type(each) === 'string');
    const content = string === undefined ? -1 : tree.childOfType(string, 'string_content');
    // A text with something computed in it names no file.
    if (string === undefined || content < 0 || tree.has(string, 'interpolation')) return;
    facts.import({
      kind: requires[method] ?? 'REQUIRE',
      specifier: tree.text(content),
      line: tree.line(node),
      isTypeOnly: false,
      names: [],
      isWildcard: false,
    });
    return;
  }
  if (!/^attr_(?:reader|writer|accessor)$/.test(method) || ownerKind(text, around) === undefined) return;
  for (const each of tree.children(list))
    if (tree.type(each) === 'simple_symbol') define(text, node, { kind: 'FIELD', around, name: each });
}

function declareLocal(
  text: LanguageText,
  name: number,
  { scope, value }: { scope: number; value: number },
): void {
  text.declaring[name] = 1;
  text.scopes.declare(scope, text.facts.tree.text(name), {
    is: 'LOCAL',
    type: () => (value < 0 ? null : typeOfExpression(text, value)),
  });
}

interface Definition {
  readonly kind: SymbolKind;
  readonly around: Around;
  readonly name: number;
}

function define(text: LanguageText, node: number, { kind, around, name }: Definition): number {
  const { facts, declaring, definedAt } = text;
  const { tree } = facts;
  if (name < 0) return -1;
  for (let at = name; at <= tree.last(name); at += 1) declaring[at] = 1;
  if (facts.isFull) {
    facts.isPartial = true;
    return -1;
  }
  const label = tree.text(name).replace(/^:/, '').replaceAll('::', '.');
  const isInMethod = around.symbol >= 0 && ownerKind(text, around) === undefined;
  const owner = isInMethod ? ownerOf(text, node) : around.symbol;
  const symbol = facts.symbol(node, name, {
    name: label.slice(label.lastIndexOf('.') + 1),
    kind,
    isExported: kind !== 'FIELD' || !label.startsWith('@'),
    parent: owner < 0 ? null : owner,
    ...(owner < 0
      ? { qualifiedName: label }
      : { qualifiedName: `${facts.symbols[owner]?.qualifiedName ?? ''}.${label}` }),
    signature: facts.signatureOf(node, signatureEnd(text, node, kind)),
    documentation: documentationAbove(text, node, (comment) => comment.startsWith('#')),
    isStatic: tree.type(node) === 'singleton_method' || kind === 'CONSTANT',
  });
  if (symbol < 0) return -1;
  definedAt[symbol] = node;
  if (owner >= 0) addMember(text, owner, { name: label, symbol });
  text.scopes.declare(around.scope, label, { is: 'SYMBOL', symbol });
  return symbol;
}

function signatureEnd(text: LanguageText, node: number, kind: SymbolKind): number {
  const { tree } = text.facts;
  return tree.child(node, kind === 'CONSTANT' || kind === 'FIELD' ? 'right' : 'body');
}
