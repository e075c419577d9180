import type { SymbolKind } from '../file-facts.ts';
import {
  addMember,
  documentationAbove,
  walkScopes,
  type Around,
  type LanguageText,
  type LocalName,
} from '../language-text.ts';
import type { Declared } from '../scopes.ts';
import { isExportedName } from './built-in.ts';
import { declareImport, FILE_SCOPE } from './modules.ts';
import {
  elementOf,
  expressionsOf,
  receiverName,
  typeInSpec,
  typeOfAnnotation,
  typeOfValue,
} from './types.ts';

const opensScope: ReadonlySet<string> = new Set([
  'func_literal',
  'block',
  'if_statement',
  'for_statement',
  'expression_switch_statement',
  'type_switch_statement',
  'expression_case',
  'default_case',
  'communication_case',
]);

/** The first pass: scopes, symbols, imports and local names. */
export function declareAll(text: LanguageText): void {
  walkScopes(text, (node, around) => {
    const type = text.facts.tree.type(node);
    if (opensScope.has(type)) return { ...around, scope: text.scopes.open(around.scope) };
    return declareNode(text, node, around);
  });
}

function declareNode(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'package_clause':
      text.facts.packageName = `go:${tree.text(tree.last(node))}`;
      return around;
    case 'import_spec':
      declareImport(text, node);
      return around;
    case 'function_declaration':
    case 'method_declaration':
      return declareFunction(text, node, around);
    case 'type_spec':
    case 'type_alias':
      return declareType(text, node, around);
    case 'field_declaration':
      return declareFields(text, node, around);
    case 'method_elem':
      return declareInterfaceMethod(text, node, around);
    case 'const_spec':
    case 'var_spec':
      return declareVariables(text, node, around);
    case 'type_case':
      return declareTypeCase(text, node, around);
    default:
      declareLocals(text, node, around);
      return around;
  }
}

/** The properties of a definition that its nodes do not state. */
interface Given {
  readonly kind: SymbolKind;
  readonly parent: number;
  /** The node whose text is the signature, from its start to `body`. */
  readonly head: number;
  readonly body: number;
  readonly keyword?: string;
  readonly qualifiedName?: string;
}

function define(text: LanguageText, name: number, given: Given): number {
  const { facts, declaring, definedAt } = text;
  const { tree } = facts;
  if (name < 0) return -1;
  declaring[name] = 1;
  const label = tree.text(name);
  if (label === '_') return -1;
  const { kind, parent, head, body, keyword = '', qualifiedName } = given;
  const isMember = kind === 'FIELD' || kind === 'METHOD';
  const isReachable = parent < 0 || (isMember && facts.symbols[parent]?.parent === null);
  if (facts.isFull) facts.isPartial = true;
  const symbol = facts.isFull
    ? -1
    : facts.symbol(wholeOf(text, head), name, {
        name: label,
        kind,
        isExported: isReachable && isExportedName(label),
        parent: parent < 0 ? null : parent,
        signature: keyword + facts.signatureOf(head, body),
        documentation: documentationAbove(text, wholeOf(text, head), () => true),
        ...(qualifiedName === undefined ? {} : { qualifiedName }),
      });
  if (symbol >= 0) definedAt[symbol] = head;
  return symbol;
}

/** The whole declaration of `type X …` outside a group: the doc comment is written above it. */
function wholeOf(text: LanguageText, head: number): number {
  const { tree } = text.facts;
  const parent = tree.parent(head);
  const isAlone = /^(type|const|var)_declaration$/.test(tree.type(parent)) && !tree.has(parent, '(');
  return isAlone ? parent : head;
}

function declareFunction(text: LanguageText, node: number, around: Around): Around {
  const { facts, scopes } = text;
  const { tree } = facts;
  const name = tree.child(node, 'name');
  const owner = receiverName(text, node);
  const isMethod = tree.type(node) === 'method_declaration';
  const symbol = define(text, name, {
    kind: isMethod ? 'METHOD' : 'FUNCTION',
    parent: -1,
    head: node,
    body: tree.child(node, 'body'),
    ...(owner === null ? {} : { qualifiedName: `${owner}.${tree.text(name)}` }),
  });
  // Functions named `init` may stand in a package any number of times, and cannot be named by anything.
  if (!isMethod && symbol >= 0 && tree.text(name) !== 'init')
    scopes.declare(FILE_SCOPE, tree.text(name), { is: 'SYMBOL', symbol });
  const scope = scopes.open(around.scope);
  if (isMethod) declareReceiverTypes(text, node, scope);
  return { scope, symbol: symbol < 0 ? around.symbol : symbol };
}

/** `func (l *List[T]) …` declares `T`. */
function declareReceiverTypes(text: LanguageText, node: number, scope: number): void {
  const { tree } = text.facts;
  const list = tree.child(node, 'receiver');
  for (let at = list; at >= 0 && at <= tree.last(list); at += 1)
    if (tree.type(at) === 'type_identifier' && tree.type(tree.parent(at)) === 'type_elem')
      declareLocal(text, at, { scope, type: () => null });
}

function declareType(text: LanguageText, node: number, around: Around): Around {
  const { facts, scopes } = text;
  const { tree } = facts;
  const name = tree.child(node, 'name');
  const type = tree.child(node, 'type');
  const form = tree.type(type);
  const kind = form === 'struct_type' ? 'CLASS' : form === 'interface_type' ? 'INTERFACE' : 'TYPE';
  const symbol = define(text, name, {
    kind,
    parent: around.symbol,
    head: node,
    body: kind === 'CLASS' ? tree.childOfType(type, 'field_declaration_list') : braceOf(text, type, kind),
    keyword: 'type ',
  });
  if (symbol < 0) return around;
  scopes.declare(around.scope, tree.text(name), { is: 'SYMBOL', symbol });
  return { scope: scopes.open(around.scope), symbol };
}

const braceOf = (text: LanguageText, type: number, kind: SymbolKind): number =>
  kind === 'INTERFACE' ? text.facts.tree.childOfType(type, '{') : -1;

/** Whether a field or method belongs to the named type around it, not to a type without a name inside of that. */
function isDirect(text: LanguageText, literal: number, around: Around): boolean {
  const { tree } = text.facts;
  return around.symbol >= 0 && tree.parent(literal) === text.definedAt[around.symbol];
}

function declareFields(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  if (!isDirect(text, tree.parent(tree.parent(node)), around)) {
    markNames(text, node);
    return around;
  }
  let isNamed = false;
  for (const child of tree.children(node)) {
    if (tree.field(child) !== 'name' || tree.type(child) === ',') continue;
    isNamed = true;
    const symbol = define(text, child, { kind: 'FIELD', parent: around.symbol, head: node, body: -1 });
    if (symbol >= 0) addMember(text, around.symbol, { name: tree.text(child), symbol });
  }
  if (isNamed) return around;
  // An embedded type is a field under its own name. The name is a use of that type as well, so it stays one.
  const type = tree.child(node, 'type');
  const name = lastName(text, type);
  const symbol = define(text, name, { kind: 'FIELD', parent: around.symbol, head: node, body: -1 });
  if (name >= 0) text.declaring[name] = 0;
  if (symbol >= 0) addMember(text, around.symbol, { name: tree.text(name), symbol });
  return around;
}

function lastName(text: LanguageText, type: number): number {
  const { tree } = text.facts;
  if (type < 0 || tree.type(type) === 'type_identifier') return type;
  const inner = tree.type(type) === 'qualified_type' ? tree.child(type, 'name') : tree.child(type, 'type');
  return inner < 0 ? -1 : lastName(text, inner);
}

function declareInterfaceMethod(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const name = tree.child(node, 'name');
  if (!isDirect(text, tree.parent(node), around)) {
    if (name >= 0) text.declaring[name] = 1;
    return around;
  }
  const symbol = define(text, name, { kind: 'METHOD', parent: around.symbol, head: node, body: -1 });
  if (symbol < 0) return around;
  addMember(text, around.symbol, { name: tree.text(name), symbol });
  return { scope: text.scopes.open(around.scope), symbol };
}

function declareVariables(text: LanguageText, node: number, around: Around): Around {
  const { facts, scopes } = text;
  const { tree } = facts;
  const isConstant = tree.type(node) === 'const_spec';
  const value = tree.child(node, 'value');
  const type = tree.child(node, 'type');
  let first = -1;
  for (const [index, name] of namesOf(text, node).entries()) {
    if (around.scope !== FILE_SCOPE) {
      const local = declareLocal(text, name, {
        scope: around.scope,
        type: () => typeInSpec(text, node, index),
      });
      if (local !== null && type >= 0) text.written.set(local, type);
      continue;
    }
    const symbol = define(text, name, {
      kind: isConstant ? 'CONSTANT' : 'VARIABLE',
      parent: -1,
      head: node,
      body: isConstant ? -1 : value,
      keyword: isConstant ? 'const ' : 'var ',
    });
    if (symbol < 0) continue;
    if (first < 0) first = symbol;
    scopes.declare(FILE_SCOPE, tree.text(name), { is: 'SYMBOL', symbol });
  }
  return first < 0 ? around : { ...around, symbol: first };
}

/** The names that a declaration introduces. The commas between them fill the same field. */
const namesOf = ({ facts: { tree } }: LanguageText, node: number): number[] =>
  [...tree.children(node)].filter((child) => tree.field(child) === 'name' && tree.type(child) !== ',');

function declareLocals(text: LanguageText, node: number, { scope }: Around): void {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'parameter_declaration':
    case 'variadic_parameter_declaration':
    case 'type_parameter_declaration':
      declareParameters(text, node, scope);
      return;
    case 'short_var_declaration': {
      const values = tree.child(node, 'right');
      for (const [index, name] of expressionsOf(text, tree.child(node, 'left')).entries())
        declareLocal(text, name, { scope, type: () => typeOfValue(text, values, index) });
      return;
    }
    case 'range_clause':
      if (!tree.has(node, ':=')) return;
      for (const [index, name] of expressionsOf(text, tree.child(node, 'left')).entries())
        declareLocal(text, name, {
          scope,
          type: () => (index === 1 ? elementOf(text, tree.child(node, 'right')) : null),
        });
      return;
    case 'receive_statement':
      if (!tree.has(node, ':=')) return;
      for (const name of expressionsOf(text, tree.child(node, 'left')))
        declareLocal(text, name, { scope, type: () => null });
      return;
    case 'expression_list':
      if (tree.field(node) === 'alias')
        for (const name of expressionsOf(text, node)) declareLocal(text, name, { scope, type: () => null });
      return;
  }
}

function declareParameters(text: LanguageText, node: number, scope: number): void {
  const { tree } = text.facts;
  const type = tree.child(node, 'type');
  const form = tree.type(node);
  for (const name of namesOf(text, node)) {
    // `...T` declares a slice, and the type behind a type parameter is unknown.
    const local = declareLocal(text, name, {
      scope,
      type: () => (form === 'parameter_declaration' ? typeOfAnnotation(text, type) : null),
    });
    if (local !== null && type >= 0)
      text.written.set(local, form === 'variadic_parameter_declaration' ? node : type);
  }
}

function declareLocal(text: LanguageText, name: number, { scope, type }: LocalName): Declared | null {
  const { tree } = text.facts;
  if (!/^(type_)?identifier$/.test(tree.type(name))) return null;
  text.declaring[name] = 1;
  if (scope === FILE_SCOPE || tree.text(name) === '_') return null;
  const local: Declared = { is: 'LOCAL', type };
  text.scopes.declare(scope, tree.text(name), local);
  return local;
}

/** In `switch v := x.(type)` the name has the type of the case, where that is one. */
function declareTypeCase(text: LanguageText, node: number, around: Around): Around {
  const { tree } = text.facts;
  const scope = text.scopes.open(around.scope);
  const types = [...tree.children(node)].filter((child) => tree.field(child) === 'type');
  const [only] = types;
  const alias = tree.child(tree.parent(node), 'alias');
  const [name] = expressionsOf(text, alias);
  if (name !== undefined)
    text.scopes.declare(scope, tree.text(name), {
      is: 'LOCAL',
      type: () => (types.length === 1 && only !== undefined ? typeOfAnnotation(text, only) : null),
    });
  return { ...around, scope };
}

function markNames(text: LanguageText, node: number): void {
  for (const name of namesOf(text, node)) text.declaring[name] = 1;
}
