import { commentText } from '../facts-builder.ts';
import type { SymbolKind } from '../file-facts.ts';
import { declareImports } from './modules.ts';
import type { PythonText } from './python-text.ts';
import { typeOfAnnotation, typeOfExpression } from './types.ts';

interface Around {
  readonly scope: number;
  readonly symbol: number;
  /** The scope that functions of a class body see: names of a class are not in scope in its methods. */
  readonly outer: number;
}

const opensScope: ReadonlySet<string> = new Set([
  'function_definition',
  'class_definition',
  'lambda',
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'generator_expression',
]);

/** The first pass: scopes, symbols, imports and local names. */
export function declareAll(text: PythonText): void {
  const { facts, scopes, inside } = text;
  const { tree } = facts;
  const root = scopes.open(-1);
  const top = { last: tree.last(0), scope: root, symbol: -1, outer: root };
  const trail = [top];
  for (let node = 0; node < tree.count; node += 1) {
    while (trail.length > 1 && (trail.at(-1)?.last ?? 0) < node) trail.pop();
    const around = trail.at(-1) ?? top;
    scopes.place(node, around.scope);
    inside[node] = around.symbol;
    const type = tree.type(node);
    const symbol = declareNode(text, node, type, around);
    if (!opensScope.has(type)) continue;
    const scope = scopes.open(type === 'class_definition' ? around.scope : around.outer);
    const outer = type === 'class_definition' ? around.outer : scope;
    trail.push({ last: tree.last(node), scope, symbol: symbol < 0 ? around.symbol : symbol, outer });
    if (type === 'function_definition' || type === 'lambda') declareParameters(text, node, scope, symbol);
  }
}

function declareNode(text: PythonText, node: number, type: string, around: Around): number {
  const { tree, symbols } = text.facts;
  switch (type) {
    case 'class_definition':
      return define(text, node, tree.child(node, 'name'), 'CLASS', around);
    case 'function_definition':
      return define(
        text,
        node,
        tree.child(node, 'name'),
        symbols[around.symbol]?.kind === 'CLASS' ? 'METHOD' : 'FUNCTION',
        around,
      );
    case 'import_statement':
    case 'import_from_statement':
    case 'future_import_statement':
      declareImports(text, node, around.scope, around.symbol < 0);
      return -1;
    case 'assignment':
      declareAssignment(text, node, around);
      return -1;
    case 'for_statement':
    case 'for_in_clause':
      declarePattern(text, tree.child(node, 'left'), around.scope);
      return -1;
    case 'as_pattern_target':
      declarePattern(text, node, around.scope);
      return -1;
    case 'named_expression':
      declarePattern(text, tree.child(node, 'name'), around.scope);
      return -1;
    default:
      return -1;
  }
}

function define(text: PythonText, node: number, name: number, kind: SymbolKind, around: Around): number {
  const { facts, scopes, declaring, definedAt, members } = text;
  const { tree } = facts;
  if (name < 0) return -1;
  declaring[name] = 1;
  const label = tree.text(name);
  const whole = tree.type(tree.parent(node)) === 'decorated_definition' ? tree.parent(node) : node;
  const owner = facts.symbols[around.symbol];
  const isDefinition = kind === 'CLASS' || kind === 'FUNCTION' || kind === 'METHOD';
  const isHidden = label.startsWith('_') && !/^__\w+__$/.test(label);
  const symbol = facts.symbol(whole, name, {
    name: label,
    kind,
    isExported: !isHidden && (owner === undefined || (owner.kind === 'CLASS' && owner.isExported)),
    parent: around.symbol < 0 ? null : around.symbol,
    signature: facts.signatureOf(node, isDefinition ? tree.child(node, 'body') : -1),
    documentation: isDefinition ? docstringOf(text, node) : null,
  });
  if (symbol < 0) return -1;
  definedAt[symbol] = node;
  if (owner?.kind === 'CLASS') {
    const own = members.get(around.symbol) ?? new Map<string, number>();
    if (!own.has(label)) own.set(label, symbol);
    members.set(around.symbol, own);
  }
  scopes.declare(around.scope, label, { is: 'SYMBOL', symbol });
  return symbol;
}

function docstringOf(text: PythonText, node: number): string | null {
  const { tree } = text.facts;
  const body = tree.child(node, 'body');
  if (body < 0) return null;
  const [first] = [...tree.children(body)].filter((child) => tree.type(child) !== 'comment');
  const string =
    first === undefined ? -1 : tree.type(first) === 'string' ? first : tree.childOfType(first, 'string');
  if (string < 0) return null;
  return commentText(tree.text(string).replace(/^[rbuRBU]*("""|'''|"|')|("""|'''|"|')$/g, '')) || null;
}

/** Module-level and class-level names are symbols, `self.name` is a field, everything else is local. */
function declareAssignment(text: PythonText, node: number, around: Around): void {
  const { facts, members } = text;
  const { tree } = facts;
  const left = tree.child(node, 'left');
  if (left < 0) return;
  const owner = facts.symbols[around.symbol];
  if (tree.type(left) === 'identifier' && (owner === undefined || owner.kind === 'CLASS')) {
    const isConstant = /^[A-Z][A-Z0-9_]*$/.test(tree.text(left));
    define(text, node, left, owner === undefined ? (isConstant ? 'CONSTANT' : 'VARIABLE') : 'FIELD', around);
    return;
  }
  if (tree.type(left) === 'attribute') {
    const object = tree.child(left, 'object');
    const name = tree.child(left, 'attribute');
    const holder = owner?.kind === 'METHOD' ? (owner.parent ?? -1) : -1;
    if (holder < 0 || tree.text(object) !== 'self' || members.get(holder)?.has(tree.text(name)) === true)
      return;
    define(text, node, name, 'FIELD', { scope: -1, symbol: holder, outer: -1 });
    return;
  }
  const isPlain = tree.type(left) === 'identifier';
  declarePattern(text, left, around.scope, isPlain ? node : -1);
}

function declarePattern(text: PythonText, pattern: number, scope: number, assignment = -1): void {
  const { tree } = text.facts;
  if (pattern < 0) return;
  for (let node = pattern; node <= tree.last(pattern); node += 1) {
    const parent = tree.type(tree.parent(node));
    if (tree.type(node) === 'identifier' && parent !== 'attribute' && parent !== 'subscript')
      declareLocal(text, node, scope, assignment);
  }
}

function declareLocal(text: PythonText, node: number, scope: number, assignment: number): void {
  const { facts, scopes, declaring } = text;
  declaring[node] = 1;
  const annotation = assignment < 0 ? -1 : facts.tree.child(assignment, 'type');
  scopes.declare(scope, facts.tree.text(node), {
    is: 'LOCAL',
    type: () =>
      annotation >= 0
        ? typeOfAnnotation(text, annotation)
        : assignment < 0
          ? null
          : typeOfExpression(text, facts.tree.child(assignment, 'right')),
  });
}

function declareParameters(text: PythonText, node: number, scope: number, symbol: number): void {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const list = tree.child(node, 'parameters');
  if (list < 0) return;
  const method = facts.symbols[symbol];
  const owner = method?.kind === 'METHOD' ? method.parent : null;
  let isFirst = true;
  for (const parameter of tree.children(list)) {
    const name = nameOfParameter(text, parameter);
    if (name < 0) continue;
    declaring[name] = 1;
    const annotation = tree.child(parameter, 'type');
    const isReceiver = isFirst && owner !== null && /^(self|cls)$/.test(tree.text(name));
    scopes.declare(scope, tree.text(name), {
      is: 'LOCAL',
      type: () =>
        isReceiver
          ? { of: 'SYMBOL', symbol: owner }
          : annotation < 0
            ? null
            : typeOfAnnotation(text, annotation),
    });
    isFirst = false;
  }
}

function nameOfParameter(text: PythonText, parameter: number): number {
  const { tree } = text.facts;
  if (tree.type(parameter) === 'identifier') return parameter;
  const name = tree.child(parameter, 'name');
  if (name >= 0) return name;
  const direct = tree.childOfType(parameter, 'identifier');
  if (direct >= 0) return direct;
  for (const child of tree.children(parameter)) {
    const inner = tree.childOfType(child, 'identifier');
    if (/splat_pattern$/.test(tree.type(child)) && inner >= 0) return inner;
  }
  return -1;
}
