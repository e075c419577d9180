import { commentText } from '../facts-builder.ts';
import type { SymbolKind } from '../file-facts.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { declareImport, declareRequire } from './modules.ts';
import { blocks, classes, functions, functionValues, wrappers } from './node-types.ts';
import { typeOfAnnotation, typeOfExpression } from './types.ts';

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
    const symbol = declareNode(text, node, type, around);
    const opens = functions.has(type) || blocks.has(type);
    if (!opens && symbol < 0) continue;
    const scope = opens ? scopes.open(around.scope) : around.scope;
    ends.push({ last: tree.last(node), scope, symbol: symbol < 0 ? around.symbol : symbol });
    if (functions.has(type)) declareParameters(text, node, scope);
  }
}

interface Around {
  readonly scope: number;
  readonly symbol: number;
}

/** Declares the names that a node introduces; returns the symbol that the node's inside belongs to, or -1. */
function declareNode(text: EcmascriptText, node: number, type: string, around: Around): number {
  const { tree } = text.facts;
  switch (type) {
    case 'function_declaration':
    case 'generator_function_declaration':
    case 'function_signature':
      return named(text, node, 'FUNCTION', around);
    case 'class_declaration':
    case 'abstract_class_declaration':
      return named(text, node, 'CLASS', around);
    case 'interface_declaration':
      return named(text, node, 'INTERFACE', around);
    case 'type_alias_declaration':
      return named(text, node, 'TYPE', around);
    case 'enum_declaration':
      return named(text, node, 'ENUM', around);
    case 'internal_module':
    case 'module':
      return named(text, node, 'NAMESPACE', around);
    case 'method_definition':
    case 'abstract_method_signature':
    case 'method_signature':
      return member(text, node, 'METHOD', around);
    case 'public_field_definition':
    case 'field_definition':
    case 'property_signature':
      return member(text, node, isFunctionField(text, node) ? 'METHOD' : 'FIELD', around);
    case 'pair':
      return objectMember(text, node, around);
    case 'variable_declarator':
      return variable(text, node, around);
    case 'import_statement':
      declareImport(text, node, around.scope);
      return -1;
    case 'catch_clause':
    case 'type_parameter':
    case 'for_in_statement':
      declareLocals(text, node, type, around.scope);
      return -1;
    case 'enum_assignment':
    case 'property_identifier':
      return tree.type(tree.parent(node)) === 'enum_body' || type === 'enum_assignment'
        ? member(text, node, 'CONSTANT', around)
        : -1;
    default:
      return -1;
  }
}

/** A definition that stands for itself: its name belongs to the scope around it. */
function named(text: EcmascriptText, node: number, kind: SymbolKind, around: Around): number {
  const { facts, scopes } = text;
  const name = facts.tree.child(node, 'name');
  if (name < 0 || facts.tree.type(name) === 'string') return -1;
  const symbol = add(text, node, name, kind, around);
  if (symbol < 0) return -1;
  scopes.declare(around.scope, facts.tree.text(name), { is: 'SYMBOL', symbol });
  if (around.symbol >= 0 && facts.symbols[around.symbol]?.kind === 'NAMESPACE')
    membersOf(text, around.symbol).set(facts.tree.text(name), symbol);
  return symbol;
}

/** A member of a class, interface or enumeration: reached through its owner only. */
function member(text: EcmascriptText, node: number, kind: SymbolKind, around: Around): number {
  const { facts } = text;
  const { tree } = facts;
  const name = tree.type(node) === 'property_identifier' ? node : tree.child(node, 'name');
  const owner = around.symbol;
  if (name < 0 || owner < 0 || tree.type(name) === 'computed_property_name') return -1;
  const ownerKind = facts.symbols[owner]?.kind;
  const isMethod = tree.type(node) === 'method_definition' && ownerKind !== 'CLASS';
  // A method of an object literal inside of a function is local to it.
  if (isMethod && !(ownerKind === 'CONSTANT' || ownerKind === 'VARIABLE')) return -1;
  if (
    !isMethod &&
    ownerKind !== 'CLASS' &&
    ownerKind !== 'INTERFACE' &&
    ownerKind !== 'TYPE' &&
    ownerKind !== 'ENUM'
  )
    return -1;
  const label = tree.text(name).replace(/^['"]|['"]$/g, '');
  const symbol = add(text, node, name, kind, around, label);
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
  const symbol = add(text, node, key, 'METHOD', around);
  if (symbol >= 0) membersOf(text, around.symbol).set(tree.text(key), symbol);
  return symbol;
}

function variable(text: EcmascriptText, node: number, around: Around): number {
  const { facts, scopes } = text;
  const { tree } = facts;
  const name = tree.child(node, 'name');
  const value = tree.child(node, 'value');
  if (name < 0 || declareRequire(text, node, around.scope)) return -1;
  const isFunction = value >= 0 && functionValues.has(tree.type(value));
  const isTop = around.symbol < 0 || facts.symbols[around.symbol]?.kind === 'NAMESPACE';
  const owner = tree.parent(node);
  if (tree.type(name) !== 'identifier' || (!isFunction && !(isTop && isAtTop(text, owner)))) {
    declarePattern(text, name, around.scope, { annotation: tree.child(node, 'type'), value });
    return -1;
  }
  const isConstant = tree.type(owner) === 'lexical_declaration' && tree.has(owner, 'const');
  const isClass = value >= 0 && classes.has(tree.type(value));
  const kind = isFunction ? 'FUNCTION' : isClass ? 'CLASS' : isConstant ? 'CONSTANT' : 'VARIABLE';
  const symbol = add(text, node, name, kind, around);
  if (symbol >= 0) scopes.declare(around.scope, tree.text(name), { is: 'SYMBOL', symbol });
  return symbol;
}

/** Whether a declaration stands at the top of a file or namespace, not in a block. */
function isAtTop(text: EcmascriptText, declaration: number): boolean {
  const { tree } = text.facts;
  let at = tree.parent(declaration);
  while (at >= 0 && wrappers.has(tree.type(at))) at = tree.parent(at);
  return at <= 0 || (tree.type(at) === 'statement_block' && /module$/.test(tree.type(tree.parent(at))));
}

function add(
  text: EcmascriptText,
  node: number,
  name: number,
  kind: SymbolKind,
  around: Around,
  label?: string,
): number {
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
    isExported: isExported(text, node, outer, owner?.isExported ?? false),
    parent: around.symbol < 0 ? null : around.symbol,
    signature: facts.signatureOf(outer, bodyOf(text, node)),
    documentation: documentationOf(text, outer),
    isStatic: tree.has(node, 'static') || owner?.kind === 'CONSTANT' || owner?.kind === 'ENUM',
  });
  if (symbol >= 0) definedAt[symbol] = node;
  return symbol;
}

function isExported(text: EcmascriptText, node: number, outer: number, ownerExported: boolean): boolean {
  const { tree } = text.facts;
  if (tree.type(outer) === 'export_statement') return true;
  const isMember = /method|field|property|enum|pair/.test(tree.type(node));
  if (!isMember || !ownerExported) return false;
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
  let before = -1;
  for (const sibling of tree.children(tree.parent(node))) {
    if (sibling === node) break;
    if (tree.type(sibling) !== 'decorator') before = sibling;
  }
  if (before < 0 || tree.type(before) !== 'comment') return null;
  const raw = tree.text(before);
  if (!raw.startsWith('/**') || tree.line(node) - tree.endLine(before) > 1) return null;
  return commentText(raw) || null;
}

function isFunctionField(text: EcmascriptText, node: number): boolean {
  const value = text.facts.tree.child(node, 'value');
  return value >= 0 && functionValues.has(text.facts.tree.type(value));
}

function declareParameters(text: EcmascriptText, node: number, scope: number): void {
  const { tree } = text.facts;
  const single = tree.child(node, 'parameter');
  if (single >= 0) declarePattern(text, single, scope, { annotation: -1, value: -1 });
  const list = tree.child(node, 'parameters');
  if (list < 0) return;
  for (const parameter of tree.children(list)) {
    const pattern = tree.child(parameter, 'pattern');
    const annotation = tree.child(parameter, 'type');
    declarePattern(text, pattern >= 0 ? pattern : parameter, scope, {
      annotation,
      value: tree.child(parameter, 'value'),
    });
  }
}

function declareLocals(text: EcmascriptText, node: number, type: string, scope: number): void {
  const { tree } = text.facts;
  if (type === 'catch_clause') {
    const parameter = tree.child(node, 'parameter');
    if (parameter >= 0) declarePattern(text, parameter, scope, { annotation: -1, value: -1 });
  } else if (type === 'type_parameter') {
    const name = tree.child(node, 'name');
    if (name >= 0) declareName(text, name, scope, { annotation: -1, value: -1 });
  } else {
    const left = tree.child(node, 'left');
    if (left >= 0 && tree.child(node, 'kind') >= 0)
      declarePattern(text, left, scope, { annotation: -1, value: -1 });
  }
}

interface Given {
  readonly annotation: number;
  readonly value: number;
}

/** Declares every name of a pattern; only a plain name has the pattern's type. */
export function declarePattern(text: EcmascriptText, pattern: number, scope: number, given: Given): void {
  const { tree } = text.facts;
  const type = tree.type(pattern);
  if (type === 'identifier' || type === 'this') return declareName(text, pattern, scope, given);
  if (type === 'assignment_pattern') {
    const left = tree.child(pattern, 'left');
    if (left >= 0) declarePattern(text, left, scope, { ...given, value: tree.child(pattern, 'right') });
    return;
  }
  const last = tree.last(pattern);
  for (let node = pattern + 1; node <= last; node += 1) {
    const kind = tree.type(node);
    const field = tree.field(node);
    if (kind === 'shorthand_property_identifier_pattern') declareName(text, node, scope, nothing);
    else if (kind === 'identifier' && field !== 'right' && field !== 'key' && !isDefault(text, node, pattern))
      declareName(text, node, scope, nothing);
  }
}

const nothing: Given = { annotation: -1, value: -1 };

/** Whether a node of a pattern stands in a default value, where names are used and not declared. */
function isDefault(text: EcmascriptText, node: number, pattern: number): boolean {
  const { tree } = text.facts;
  for (let at = node; at !== pattern && at >= 0; at = tree.parent(at)) {
    if (tree.field(at) === 'right' || tree.type(at) === 'computed_property_name') return true;
  }
  return false;
}

function declareName(text: EcmascriptText, node: number, scope: number, given: Given): void {
  const { facts, scopes, declaring } = text;
  declaring[node] = 1;
  scopes.declare(scope, facts.tree.text(node), {
    is: 'LOCAL',
    type: () =>
      given.annotation >= 0
        ? typeOfAnnotation(text, given.annotation)
        : given.value >= 0
          ? typeOfExpression(text, given.value)
          : null,
  });
}

export function membersOf(text: EcmascriptText, owner: number): Map<string, number> {
  let members = text.members.get(owner);
  if (members === undefined) text.members.set(owner, (members = new Map()));
  return members;
}
