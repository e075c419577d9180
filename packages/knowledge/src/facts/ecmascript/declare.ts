import { commentText } from '../facts-builder.ts';
import type { SymbolKind } from '../file-facts.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { declareImport, declareRequire } from './modules.ts';
import { blocks, classes, functions, functionValues, wrappers } from './node-types.ts';
import { declareLocals, declareParameters, declarePattern } from './patterns.ts';

/** The first pass: scopes, symbols, imports and local names. Uses may come before declarations, so they wait. */
export function declareAll(text: EcmascriptText): void {
  const { facts, scopes, inside } = text;
  const { tree } = facts;
  const root = scopes.open(-1);
  const ends: { last: number; scope: number; symbol: number }[] = [
    { last: tree.last(0), scope: root, symbol: -1 },
  ];
  for (let node = 0; node < tree.count; node += 1) {
    while (ends.length > 1 && (ends.at(-1)?.last ?? 0) < node) ends.pop();
    const around = ends.at(-1) ?? { last: 0, scope: root, symbol: -1 };
    scopes.place(node, around.scope);
    inside[node] = around.symbol;
    const type = tree.type(node);
    const symbol = declareNode(text, node, around);
    const opens = functions.has(type) || blocks.has(type);
    if (!opens && symbol < 0) continue;
    const scope = opens ? scopes.open(around.scope) : around.scope;
    ends.push({ last: tree.last(node), scope, symbol: symbol < 0 ? around.symbol : symbol });
    if (functions.has(type)) declareParameters(text, node, scope);
    if (symbol < 0) declareOwnName(text, node, scope);
  }
}

/** `return function walk() { … walk() … }`: the name of a function or class expression is visible only inside it. */
function declareOwnName(text: EcmascriptText, node: number, scope: number): void {
  const { tree } = text.facts;
  const name = ownNamed.has(tree.type(node)) ? tree.child(node, 'name') : -1;
  if (name >= 0) declarePattern(text, name, { scope, given: { annotation: -1, value: -1 } });
}

const ownNamed: ReadonlySet<string> = new Set(['function_expression', 'generator_function', 'class']);

interface Around {
  readonly scope: number;
  readonly symbol: number;
}

/** Definitions whose names belong to the scope around them. */
const namedKinds: Readonly<Record<string, SymbolKind>> = {
  function_declaration: 'FUNCTION',
  generator_function_declaration: 'FUNCTION',
  function_signature: 'FUNCTION',
  class_declaration: 'CLASS',
  abstract_class_declaration: 'CLASS',
  interface_declaration: 'INTERFACE',
  type_alias_declaration: 'TYPE',
  enum_declaration: 'ENUM',
  internal_module: 'NAMESPACE',
  module: 'NAMESPACE',
};

const declaresLocals: ReadonlySet<string> = new Set([
  'catch_clause',
  'type_parameter',
  'infer_type',
  'for_in_statement',
]);

/** Declares the names that a node introduces; returns the symbol that the node's inside belongs to, or -1. */
function declareNode(text: EcmascriptText, node: number, around: Around): number {
  const { tree } = text.facts;
  const type = tree.type(node);
  const kind = namedKinds[type];
  if (kind !== undefined) return named(text, node, { kind, around });
  switch (type) {
    case 'method_definition':
    case 'abstract_method_signature':
    case 'method_signature':
      return member(text, node, { kind: 'METHOD', around });
    case 'public_field_definition':
    case 'field_definition':
    case 'property_signature':
      return member(text, node, { kind: kindOfField(text, node), around });
    case 'pair':
      return objectMember(text, node, around);
    case 'variable_declarator':
      return variable(text, node, around);
    case 'import_statement':
      declareImport(text, node, around.scope);
      return -1;
    default:
      if (declaresLocals.has(type)) declareLocals(text, node, around.scope);
      return isEnumMember(text, node) ? member(text, node, { kind: 'CONSTANT', around }) : -1;
  }
}

function isEnumMember(text: EcmascriptText, node: number): boolean {
  const { tree } = text.facts;
  const type = tree.type(node);
  if (type === 'property_identifier') return tree.type(tree.parent(node)) === 'enum_body';
  return type === 'enum_assignment';
}

/** Declares a definition under its name in the scope around it. */
function named(
  text: EcmascriptText,
  node: number,
  { kind, around }: { kind: SymbolKind; around: Around },
): number {
  const { facts } = text;
  const name = facts.tree.child(node, 'name');
  if (name < 0 || facts.tree.type(name) === 'string') return -1;
  const symbol = add(text, node, { name, kind, around });
  if (symbol < 0) return -1;
  declareSymbol(text, around.scope, { name: facts.tree.text(name), symbol });
  if (around.symbol >= 0 && facts.symbols[around.symbol]?.kind === 'NAMESPACE')
    membersOf(text, around.symbol).set(facts.tree.text(name), symbol);
  return symbol;
}

/** A value and a type may share one name: uses as a value mean the one, uses as a type either. */
function declareSymbol(
  text: EcmascriptText,
  scope: number,
  { name, symbol }: { name: string; symbol: number },
): void {
  const { facts, scopes, values } = text;
  const before = scopes.find(scope, name);
  scopes.declare(scope, name, { is: 'SYMBOL', symbol });
  if (before?.is !== 'SYMBOL') return;
  const [first, second] = [facts.symbols[before.symbol], facts.symbols[symbol]];
  if (
    first?.parent === second?.parent &&
    isType(first?.kind) &&
    !isType(second?.kind) &&
    !values.has(before.symbol)
  )
    values.set(before.symbol, symbol);
}

const isType = (kind: SymbolKind | undefined): boolean => kind === 'INTERFACE' || kind === 'TYPE';

/** A member of a class, interface or enumeration: reached through its owner only. */
function member(
  text: EcmascriptText,
  node: number,
  { kind, around }: { kind: SymbolKind; around: Around },
): number {
  const { facts } = text;
  const { tree } = facts;
  const name = tree.type(node) === 'property_identifier' ? node : tree.child(node, 'name');
  const owner = around.symbol;
  if (name < 0 || owner < 0 || tree.type(name) === 'computed_property_name') return -1;
  const ownerKind = facts.symbols[owner]?.kind ?? '';
  const isOfObject = tree.type(node) === 'method_definition' && ownerKind !== 'CLASS';
  // A method of an object literal inside of a function is local to it.
  const owners = isOfObject ? /^(?:CONSTANT|VARIABLE)$/ : /^(?:CLASS|INTERFACE|TYPE|ENUM)$/;
  if (!owners.test(ownerKind)) return -1;
  const label = tree.text(name).replace(/^['"]|['"]$/g, '');
  const symbol = add(text, node, { name, kind, around, label });
  if (symbol >= 0) membersOf(text, owner).set(label, symbol);
  return symbol;
}

/** `{ get: () => … }` of a constant at the top: a function that is reached as `constant.get`. */
function objectMember(text: EcmascriptText, node: number, around: Around): number {
  const { tree, symbols } = text.facts;
  const value = tree.child(node, 'value');
  const key = tree.child(node, 'key');
  const owner = symbols[around.symbol];
  if (value < 0 || key < 0 || owner === undefined || !functionValues.has(tree.type(value))) return -1;
  if (owner.kind !== 'CONSTANT' || tree.type(key) !== 'property_identifier') return -1;
  const symbol = add(text, node, { name: key, kind: 'METHOD', around });
  if (symbol >= 0) membersOf(text, around.symbol).set(tree.text(key), symbol);
  return symbol;
}

function variable(text: EcmascriptText, node: number, around: Around): number {
  const { facts } = text;
  const { tree } = facts;
  const name = tree.child(node, 'name');
  const value = tree.child(node, 'value');
  if (name < 0 || declareRequire(text, node, around.scope)) return -1;
  const isFunction = value >= 0 && functionValues.has(tree.type(value));
  const isTop = around.symbol < 0 || facts.symbols[around.symbol]?.kind === 'NAMESPACE';
  const owner = tree.parent(node);
  if (tree.type(name) !== 'identifier' || (!isFunction && !(isTop && isAtTop(text, owner)))) {
    declarePattern(text, name, {
      scope: around.scope,
      given: { annotation: tree.child(node, 'type'), value },
    });
    return -1;
  }
  const kind = isFunction ? 'FUNCTION' : kindOfVariable(text, node);
  const symbol = add(text, node, { name, kind, around });
  if (symbol >= 0) declareSymbol(text, around.scope, { name: tree.text(name), symbol });
  return symbol;
}

function kindOfVariable(text: EcmascriptText, node: number): SymbolKind {
  const { tree } = text.facts;
  const value = tree.child(node, 'value');
  if (value >= 0 && classes.has(tree.type(value))) return 'CLASS';
  const owner = tree.parent(node);
  const isConstant = tree.type(owner) === 'lexical_declaration' && tree.has(owner, 'const');
  return isConstant ? 'CONSTANT' : 'VARIABLE';
}

/** Whether a declaration stands at the top of a file or namespace, not in a block. */
function isAtTop(text: EcmascriptText, declaration: number): boolean {
  const { tree } = text.facts;
  let at = tree.parent(declaration);
  while (at >= 0 && wrappers.has(tree.type(at))) at = tree.parent(at);
  return at <= 0 || (tree.type(at) === 'statement_block' && /module$/.test(tree.type(tree.parent(at))));
}

interface Definition {
  readonly name: number;
  readonly kind: SymbolKind;
  readonly around: Around;
  /** The name, where it is not the text of its node. */
  readonly label?: string;
}

function add(text: EcmascriptText, node: number, { name, kind, around, label }: Definition): number {
  const { facts, declaring, definedAt } = text;
  const { tree } = facts;
  declaring[name] = 1;
  let whole = node;
  if (tree.type(node) === 'variable_declarator') whole = tree.parent(node);
  const outer = wrappers.has(tree.type(tree.parent(whole))) ? tree.parent(whole) : whole;
  const owner = facts.symbols[around.symbol];
  const symbol = facts.symbol(outer, name, {
    name: label ?? tree.text(name),
    kind,
    isExported: isExported(text, node, { outer, isOwnerExported: owner?.isExported ?? false }),
    parent: around.symbol < 0 ? null : around.symbol,
    signature: facts.signatureOf(outer, bodyOf(text, node)),
    documentation: documentationOf(text, outer),
    isStatic: tree.has(node, 'static') || owner?.kind === 'CONSTANT' || owner?.kind === 'ENUM',
  });
  if (symbol >= 0) definedAt[symbol] = node;
  return symbol;
}

function isExported(
  text: EcmascriptText,
  node: number,
  { outer, isOwnerExported }: { outer: number; isOwnerExported: boolean },
): boolean {
  const { tree } = text.facts;
  if (tree.type(outer) === 'export_statement') return true;
  const isMember = /method|field|property|enum|pair/.test(tree.type(node));
  if (!isMember || !isOwnerExported) return false;
  const access = tree.childOfType(node, 'accessibility_modifier');
  const isHidden = access >= 0 && tree.text(access) !== 'public';
  return !isHidden && tree.type(tree.child(node, 'name')) !== 'private_property_identifier';
}

function bodyOf(text: EcmascriptText, node: number): number {
  const { tree } = text.facts;
  const body = tree.child(node, 'body');
  if (body >= 0) return body;
  const value = tree.child(node, 'value');
  if (value < 0) return -1;
  const own = tree.child(value, 'body');
  return own >= 0 ? own : value;
}

function documentationOf(text: EcmascriptText, node: number): string | null {
  const { tree } = text.facts;
  let before = tree.before(node);
  while (before >= 0 && tree.type(before) === 'decorator') before = tree.before(before);
  if (before < 0 || tree.type(before) !== 'comment') return null;
  const raw = tree.text(before);
  if (!raw.startsWith('/**') || tree.line(node) - tree.endLine(before) > 1) return null;
  return commentText(raw) || null;
}

/** A field whose value is a function is used as a method is. */
function kindOfField(text: EcmascriptText, node: number): SymbolKind {
  const value = text.facts.tree.child(node, 'value');
  return value >= 0 && functionValues.has(text.facts.tree.type(value)) ? 'METHOD' : 'FIELD';
}

function membersOf(text: EcmascriptText, owner: number): Map<string, number> {
  let members = text.members.get(owner);
  if (members === undefined) text.members.set(owner, (members = new Map()));
  return members;
}
