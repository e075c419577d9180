import type { Node } from 'web-tree-sitter';
import type { DefinitionKind } from '../split/split-entry.ts';
import { isContainerKind, kindOfNode } from './definition-kinds.ts';
import { nameNodesOf, receiverOf, spelledName } from './definition-names.ts';
import { builtClass, memberCallOf } from './ruby-calls.ts';
import { testCallOf } from './test-titles.ts';

/** The way to read the inside of a definition: as members, as a function's code, or as an object's properties. */
export type Inside = 'MEMBERS' | 'CODE' | 'OBJECT';

/** A name, and the row it stands on. */
interface DefinedName {
  readonly name: string;
  readonly row: number;
  readonly kind: DefinitionKind;
}

/** A definition as its syntax states it. */
export interface ReadDefinition {
  readonly symbol: string;
  readonly row: number;
  /** Containers that the definition spells out itself: a Go receiver, or the class of a C++ method outside of it. */
  readonly owners: readonly string[];
  /** The names it defines. An `impl` block has a symbol and defines nothing. */
  readonly names: readonly DefinedName[];
  readonly kind: DefinitionKind | null;
  readonly body: Node | null;
  readonly inside: Inside | null;
}

const wrappers = new Set([
  'export_statement',
  'decorated_definition',
  'ambient_declaration',
  'template_declaration',
  'declaration_command',
  'expression_statement',
]);
const functionValue =
  /^(?:arrow_function|function_expression|generator_function|anonymous_function|func_literal|lambda|function)$/;
const bodies = /body|block|declaration_list|enumerator_list|enum_variant_list/;
const constantName = /^[A-Z][A-Z0-9_]*$/;

/** Reads the definition that a node is or wraps; null for anything else. */
export function readDefinition(given: Node): ReadDefinition | null {
  if (!wrappers.has(given.type)) return readUnwrapped(given);
  for (const child of given.namedChildren) {
    const found = child === null ? null : readDefinition(child);
    if (found !== null) return found;
  }
  const value = given.type === 'export_statement' ? given.childForFieldName('value') : null;
  // The file's name would be a better one, but contents are split without their path.
  return value === null
    ? null
    : valueDefinition(value, [{ name: 'default', row: given.startPosition.row, kind: 'CONSTANT' }]);
}

function readUnwrapped(node: Node): ReadDefinition | null {
  switch (node.type) {
    case 'lexical_declaration':
    case 'variable_declaration':
      return variables(node);
    case 'short_var_declaration':
      return shortVariable(node);
    case 'assignment':
    case 'assignment_expression':
      return assigned(node);
    case 'call_expression':
    case 'call':
      return test(node) ?? rubyMembers(node);
    case 'pair':
      return property(node);
    case 'impl_item':
      return implementation(node);
    case 'type_declaration':
      return goTypes(node);
    default:
      return named(node);
  }
}

/** Most definitions: the node's type says which kind, and a field which name. */
function named(node: Node): ReadDefinition | null {
  const kind = kindOfNode(node.type);
  if (kind === null) return null;
  if (kind === 'STYLE') return style(node);
  // Without a body it only refers to a type that is defined elsewhere.
  if (node.type.endsWith('_specifier') && node.childForFieldName('body') === null) return null;
  const spelled = nameNodesOf(node).map((each) => ({ ...spelledName(each), row: each.startPosition.row }));
  const value = node.childForFieldName('value');
  const isCallable = value !== null && functionValue.test(value.type);
  const actual = isCallable ? 'METHOD' : declaredKind(node, kind);
  const names = spelled.map(({ name, row }) => ({
    name,
    row,
    kind: isConstant(node, actual, name) ? 'CONSTANT' : actual,
  }));
  const owners = node.type === 'method_declaration' ? receiverOf(node) : (spelled[0]?.owners ?? []);
  return definition({
    names,
    owners,
    body: isCallable ? bodyOf(value) : bodyOf(node),
    inside: insideOf(actual),
  });
}

/** C declares functions and variables by the same node, and tells them apart by their declarator. */
function declaredKind(node: Node, kind: DefinitionKind): DefinitionKind {
  if (node.type === 'declaration' || node.type === 'field_declaration') {
    const isFunction = node.childForFieldName('declarator')?.type === 'function_declarator';
    if (isFunction) return node.type === 'declaration' ? 'FUNCTION' : 'METHOD';
    return node.namedChildren.some((child) => child?.type === 'type_qualifier') ? 'CONSTANT' : kind;
  }
  return kind;
}

/** Capital letters mark a constant of a script, and of a class where a modifier says so as well: Go exports by them. */
function isConstant(node: Node, kind: DefinitionKind, name: string): boolean {
  if (!constantName.test(name)) return false;
  return (
    kind === 'VARIABLE' ||
    (kind === 'FIELD' && /^[^=(]{0,80}\b(?:const|final|static|readonly)\b/.test(node.text.slice(0, 200)))
  );
}

function insideOf(kind: DefinitionKind): Inside | null {
  if (kind === 'FUNCTION' || kind === 'METHOD') return 'CODE';
  return isContainerKind(kind) ? 'MEMBERS' : null;
}

function definition(
  found: Pick<ReadDefinition, 'names' | 'body' | 'inside'> & Partial<ReadDefinition>,
): ReadDefinition | null {
  const [first] = found.names;
  if (first === undefined || !/^[^(]*[\p{L}\p{N}_$*]/u.test(first.name)) return null;
  return { symbol: first.name, row: first.row, kind: first.kind, owners: [], ...found };
}

/** `const a = …, b = …`, where a function or an object may be the value. */
function variables(node: Node): ReadDefinition | null {
  const declarators = node.namedChildren.filter((child) => child?.type === 'variable_declarator');
  const isConst = node.childForFieldName('kind')?.type === 'const';
  const names = declarators.flatMap((each) => {
    const name = each?.childForFieldName('name');
    if (name === null || name === undefined || /pattern$/.test(name.type)) return [];
    const kind = valueKind(each?.childForFieldName('value') ?? null) ?? (isConst ? 'CONSTANT' : 'VARIABLE');
    return [{ name: name.text, row: name.startPosition.row, kind: kind as DefinitionKind }];
  });
  const value = declarators[0]?.childForFieldName('value') ?? null;
  return value === null ? definition({ names, body: null, inside: null }) : valueDefinition(value, names);
}

function shortVariable(node: Node): ReadDefinition | null {
  const name = node.childForFieldName('left')?.namedChild(0) ?? null;
  const value = node.childForFieldName('right')?.namedChild(0) ?? null;
  if (name === null || value === null || !functionValue.test(value.type)) return null;
  return valueDefinition(value, [{ name: name.text, row: name.startPosition.row, kind: 'FUNCTION' }]);
}

/** A definition by its value: a function, a class, an object with methods, or a function that a call wraps. */
function valueDefinition(value: Node, names: readonly DefinedName[]): ReadDefinition | null {
  const wrapped = value.type === 'call_expression' ? value.childForFieldName('arguments') : null;
  const inner =
    wrapped?.namedChildren.findLast((each) => each !== null && functionValue.test(each.type)) ?? value;
  const kind = valueKind(value);
  const typed = kind === null ? names : names.map((each, index) => (index === 0 ? { ...each, kind } : each));
  if (functionValue.test(inner.type))
    return definition({ names: typed, body: bodyOf(inner), inside: 'CODE' });
  if (value.type === 'class') return definition({ names: typed, body: bodyOf(value), inside: 'MEMBERS' });
  const object = objectOf(value);
  return definition({ names: typed, body: object, inside: object === null ? null : 'OBJECT' });
}

function valueKind(value: Node | null): DefinitionKind | null {
  if (value === null) return null;
  if (functionValue.test(value.type)) return 'FUNCTION';
  return value.type === 'class' ? 'CLASS' : null;
}

/** The object behind `as const`, `satisfies` and parentheses. */
function objectOf(given: Node): Node | null {
  let node: Node | null = given;
  for (let depth = 0; node !== null && depth < 4; depth += 1) {
    if (node.type === 'object') return node;
    node = /^(?:as|satisfies|parenthesized)_expression$/.test(node.type) ? node.namedChild(0) : null;
  }
  return null;
}

/** Python and Ruby define by assigning a name; JavaScript only where a function, class or object is assigned. */
function assigned(node: Node): ReadDefinition | null {
  const value = node.childForFieldName('right');
  const left = node.childForFieldName('left');
  if (left === null) return null;
  if (node.type === 'assignment_expression') {
    if (
      value === null ||
      !(functionValue.test(value.type) || value.type === 'class' || objectOf(value) !== null)
    )
      return null;
    const { name } = spelledName(left);
    return valueDefinition(value, [{ name, row: left.startPosition.row, kind: 'VARIABLE' }]);
  }
  const names = nameNodesOf(node)
    .filter((each) => /^(?:identifier|constant|scope_resolution)$/.test(each.type))
    .map((each) => ({ ...spelledName(each), row: each.startPosition.row }))
    .map(({ name, row }) => ({
      name,
      row,
      kind: constantName.test(name) ? ('CONSTANT' as const) : ('VARIABLE' as const),
    }));
  const built = value === null || left.type !== 'constant' ? null : builtClass(value);
  if (built === null) return definition({ names, body: null, inside: null });
  const typed = names.map((each, index) =>
    index === 0 && built.isClass ? { ...each, kind: 'CLASS' as const } : each,
  );
  return definition({ names: typed, body: built.body, inside: 'MEMBERS' });
}

function test(node: Node): ReadDefinition | null {
  const call = testCallOf(node);
  if (call === null) return null;
  const names = [{ name: call.title, row: node.startPosition.row, kind: 'TEST' as const }];
  return definition({ names, body: call.body, inside: 'CODE' });
}

/** Whether a property of a list of errors, symbols or constants is one of them: others are arguments by name. */
function isMade(pair: Node, name: string, value: Node): boolean {
  return (
    /^(?:call_expression|new_expression)$/.test(value.type) &&
    /^(?:k[A-Z]\w*|[A-Z][A-Z0-9_]{2,}|[A-Z]\w*Error)$/.test(name) &&
    /^(?:variable_declarator|assignment_expression|export_statement)$/.test(pair.parent?.parent?.type ?? '')
  );
}

/** The members that a call in a class of Ruby defines. */
function rubyMembers(node: Node): ReadDefinition | null {
  const call = memberCallOf(node);
  if (call === null) return null;
  const { names, kind, body } = call;
  return definition({
    names: names.map((each) => ({ ...each, kind })),
    body,
    inside: body === null ? null : 'CODE',
  });
}

/** A property of an object: a definition where it is a function, and a container where it is an object. */
function property(node: Node): ReadDefinition | null {
  const key = node.childForFieldName('key');
  const value = node.childForFieldName('value');
  if (key === null || value === null) return null;
  const name = spelledName(key).name;
  const row = key.startPosition.row;
  if (functionValue.test(value.type))
    return definition({ names: [{ name, row, kind: 'METHOD' }], body: bodyOf(value), inside: 'CODE' });
  const object = objectOf(value);
  if (object !== null)
    return { symbol: name, row, owners: [], names: [], kind: null, body: object, inside: 'OBJECT' };
  return isMade(node, name, value)
    ? definition({ names: [{ name, row, kind: 'FIELD' }], body: null, inside: null })
    : null;
}

function implementation(node: Node): ReadDefinition | null {
  const type = node.childForFieldName('type');
  if (type === null) return null;
  const symbol = type.text.replace(/<.*$/s, '').trim().slice(0, 200);
  return {
    symbol,
    row: node.startPosition.row,
    owners: [],
    names: [],
    kind: null,
    body: bodyOf(node),
    inside: 'MEMBERS',
  };
}

/** One Go declaration may hold several types. Only a single one has its members read as its own. */
function goTypes(node: Node): ReadDefinition | null {
  const specs = node.namedChildren.filter(
    (child) => child !== null && /^type_(?:spec|alias)$/.test(child.type),
  );
  const names = specs.flatMap((spec) => {
    const name = spec?.childForFieldName('name');
    return name === null || name === undefined
      ? []
      : [
          {
            name: name.text,
            row: name.startPosition.row,
            kind: goKind(spec?.childForFieldName('type')?.type),
          },
        ];
  });
  const type = specs.length === 1 ? specs[0]?.childForFieldName('type') : null;
  const list =
    type?.type === 'struct_type' ? type.namedChild(0) : type?.type === 'interface_type' ? type : null;
  return definition({ names, body: list ?? null, inside: 'MEMBERS' });
}

const goKind = (type: string | undefined): DefinitionKind =>
  type === 'struct_type' ? 'CLASS' : type === 'interface_type' ? 'INTERFACE' : 'TYPE';

/** Style rules are named by the text before their braces. */
function style(node: Node): ReadDefinition | null {
  const body = bodyOf(node);
  if (node.type === 'at_rule' && body === null) return null;
  const name = (node.text.slice(0, 500).split('{', 1)[0] ?? '').replace(/\s+/g, ' ').trim().slice(0, 120);
  return definition({
    names: [{ name, row: node.startPosition.row, kind: 'STYLE' }],
    body,
    inside: 'MEMBERS',
  });
}

function bodyOf(node: Node): Node | null {
  if (node.type === 'class_statement') return node;
  return (
    node.childForFieldName('body') ??
    node.childForFieldName('type')?.childForFieldName('body') ??
    node.namedChildren.find((child) => child !== null && bodies.test(child.type)) ??
    null
  );
}
