import { commentText } from '../facts-builder.ts';
import type { SymbolFact, SymbolKind } from '../file-facts.ts';
import type { Declared } from '../scopes.ts';
import { addValue, typeOfValues } from './assigned.ts';
import { declareImports } from './modules.ts';
import type { Assigned, PythonText } from './python-text.ts';
import { typeOfAnnotation, typeOfAssignment, typeOfExpression, typeOfTarget } from './types.ts';

interface Around {
  readonly scope: number;
  readonly symbol: number;
  /** The scope that functions of a class body see: names of a class are not in scope in its methods. */
  readonly outer: number;
  /** The scope that the function around stands in, where its annotations and default values are worked out. */
  readonly above: number;
}

/** The scope that a text begins with. */
const MODULE_SCOPE = 0;

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
  const top = { last: tree.last(0), scope: root, symbol: -1, outer: root, above: root };
  const trail = [top];
  for (let node = 0; node < tree.count; node += 1) {
    while (trail.length > 1 && (trail.at(-1)?.last ?? 0) < node) trail.pop();
    const type = tree.type(node);
    if (isWorkedOutAbove(text, node)) {
      const { above, ...rest } = trail.at(-1) ?? top;
      trail.push({ ...rest, last: tree.last(node), scope: above, above });
    }
    const around = trail.at(-1) ?? top;
    scopes.place(node, around.scope);
    inside[node] = around.symbol;
    const symbol = declareNode(text, node, around);
    if (!opensScope.has(type)) continue;
    const scope = scopes.open(type === 'class_definition' ? around.scope : around.outer);
    const outer = type === 'class_definition' ? around.outer : scope;
    trail.push({
      last: tree.last(node),
      scope,
      symbol: symbol < 0 ? around.symbol : symbol,
      outer,
      above: around.scope,
    });
    if (type === 'function_definition' || type === 'lambda') declareParameters(text, node, { scope, symbol });
  }
}

/** Whether a node is the annotation, the default value or the stated result of a function, which see none of its names. */
function isWorkedOutAbove({ facts: { tree } }: PythonText, node: number): boolean {
  const field = tree.field(node);
  if (field === 'return_type') return true;
  return (
    (field === 'type' || field === 'value') &&
    /^(?:typed_parameter|(?:typed_)?default_parameter)$/.test(tree.type(tree.parent(node)))
  );
}

function declareNode(text: PythonText, node: number, around: Around): number {
  const { tree, symbols } = text.facts;
  switch (tree.type(node)) {
    case 'class_definition':
      return define(text, node, { name: tree.child(node, 'name'), kind: 'CLASS', around });
    case 'function_definition':
      return define(text, node, {
        name: tree.child(node, 'name'),
        kind: symbols[around.symbol]?.kind === 'CLASS' ? 'METHOD' : 'FUNCTION',
        around,
      });
    case 'import_statement':
    case 'import_from_statement':
    case 'future_import_statement':
      declareImports(text, node, { scope: around.scope, isTop: around.symbol < 0 });
      return -1;
    case 'assignment':
      declareAssignment(text, node, around);
      return -1;
    case 'for_statement':
    case 'for_in_clause':
      declarePattern(text, tree.child(node, 'left'), { scope: around.scope });
      return -1;
    case 'as_pattern_target':
      declarePattern(text, node, { scope: around.scope, type: () => typeOfTarget(text, node) });
      return -1;
    case 'named_expression':
      declarePattern(text, tree.child(node, 'name'), {
        scope: around.scope,
        type: () => typeOfExpression(text, tree.child(node, 'value')),
      });
      return -1;
    case 'global_statement':
      for (const name of tree.children(node)) declareGlobal(text, name, around.scope);
      return -1;
    default:
      return -1;
  }
}

interface Definition {
  readonly name: number;
  readonly kind: SymbolKind;
  readonly around: Around;
}

function define(text: PythonText, node: number, { name, kind, around }: Definition): number {
  const { facts, scopes, declaring, definedAt, members } = text;
  const { tree } = facts;
  if (name < 0) return -1;
  declaring[name] = 1;
  const label = tree.text(name);
  const whole = tree.type(tree.parent(node)) === 'decorated_definition' ? tree.parent(node) : node;
  const owner = facts.symbols[around.symbol];
  const isDefinition = /^(?:CLASS|FUNCTION|METHOD)$/.test(kind);
  const symbol = facts.symbol(whole, name, {
    name: label,
    kind,
    isExported: isVisible(label, owner),
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

/** Names with an underscore in front are private by custom, except those that Python itself gives a meaning. */
function isVisible(label: string, owner: Pick<SymbolFact, 'kind' | 'isExported'> | undefined): boolean {
  if (label.startsWith('_') && !/^__\w+__$/.test(label)) return false;
  return owner === undefined || (owner.kind === 'CLASS' && owner.isExported);
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
  const { tree, symbols } = text.facts;
  const left = tree.child(node, 'left');
  if (left < 0) return;
  if (tree.type(left) === 'attribute') return declareField(text, node, around);
  const owner = symbols[around.symbol];
  const isPlain = tree.type(left) === 'identifier';
  if (!isPlain || (owner !== undefined && owner.kind !== 'CLASS'))
    return declarePattern(text, left, {
      scope: around.scope,
      ...(isPlain
        ? { type: () => typeOfAssignment(text, node), isStated: tree.child(node, 'type') >= 0 }
        : {}),
    });
  const isConstant = /^[A-Z][A-Z0-9_]*$/.test(tree.text(left));
  const kind = owner !== undefined ? 'FIELD' : isConstant ? 'CONSTANT' : 'VARIABLE';
  const present = text.scopes.own(around.scope, tree.text(left));
  if (present?.is === 'SYMBOL') addValue(text, present.symbol, () => typeOfAssignment(text, node));
  define(text, node, { name: left, kind, around });
}

/** `global name`: what the function gives to the name is given to the variable of the module. */
function declareGlobal(text: PythonText, name: number, scope: number): void {
  const { tree } = text.facts;
  const known = text.scopes.own(MODULE_SCOPE, tree.text(name));
  if (tree.type(name) === 'identifier' && known !== undefined)
    text.scopes.declare(scope, tree.text(name), known);
}

/** `self.name = value` in a method. */
function declareField(text: PythonText, node: number, around: Around): void {
  const { tree, symbols } = text.facts;
  const left = tree.child(node, 'left');
  const name = tree.child(left, 'attribute');
  const method = symbols[around.symbol];
  const holder = method?.kind === 'METHOD' ? (method.parent ?? -1) : -1;
  if (holder < 0 || tree.text(tree.child(left, 'object')) !== 'self') return;
  const present = text.members.get(holder)?.get(tree.text(name));
  if (present !== undefined) return addFieldValue(text, present, node);
  define(text, node, { name, kind: 'FIELD', around: { scope: -1, symbol: holder, outer: -1, above: -1 } });
}

/** A further value of a field. The one whose type is written is where the field is declared. */
function addFieldValue(text: PythonText, symbol: number, node: number): void {
  const { facts, definedAt } = text;
  const { tree, symbols } = facts;
  const field = symbols[symbol];
  const isStated = (at: number): boolean => tree.type(at) === 'assignment' && tree.child(at, 'type') >= 0;
  if (field?.kind === 'FIELD' && isStated(node) && !isStated(definedAt[symbol] ?? -1)) {
    definedAt[symbol] = node;
    field.line = tree.line(tree.child(node, 'left'));
    field.startLine = tree.line(node);
    field.endLine = tree.endLine(node);
    field.signature = facts.signatureOf(node, -1);
    return;
  }
  addValue(text, symbol, () => typeOfAssignment(text, node));
}

/** A name that an assignment, a loop or another statement gives a value to. */
interface Given {
  readonly scope: number;
  /** The type of the value; without it, that is not known. */
  readonly type?: () => Assigned;
  /** Whether the type is written, so that further values have to be of it. */
  readonly isStated?: boolean;
}

function declarePattern(text: PythonText, pattern: number, given: Given): void {
  const { tree } = text.facts;
  if (pattern < 0) return;
  for (let node = pattern; node <= tree.last(pattern); node += 1) {
    const parent = tree.type(tree.parent(node));
    if (tree.type(node) === 'identifier' && parent !== 'attribute' && parent !== 'subscript')
      declareLocal(text, node, given);
  }
}

function declareLocal(
  text: PythonText,
  node: number,
  { scope, type = () => null, isStated = false }: Given,
): void {
  const { facts, scopes, declaring, stated } = text;
  const name = facts.tree.text(node);
  declaring[node] = 1;
  const present = scopes.own(scope, name);
  if (present !== undefined) {
    if (present.is !== 'IMPORT' && !stated.has(present))
      addValue(text, present.is === 'SYMBOL' ? present.symbol : present, type);
    return;
  }
  const local: Declared = { is: 'LOCAL', type: () => typeOfValues(text, local, type) };
  if (isStated) stated.add(local);
  scopes.declare(scope, name, local);
}

function declareParameters(
  text: PythonText,
  node: number,
  { scope, symbol }: { scope: number; symbol: number },
): void {
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
    const local: Declared = {
      is: 'LOCAL',
      type: () =>
        isReceiver
          ? { of: 'SYMBOL', symbol: owner }
          : annotation < 0
            ? null
            : typeOfAnnotation(text, annotation),
    };
    text.stated.add(local);
    scopes.declare(scope, tree.text(name), local);
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
