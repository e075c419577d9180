import type { TypeRef } from '../file-facts.ts';
import type { EcmascriptText } from './ecmascript-text.ts';
import { functionValues, overElements } from './node-types.ts';
import {
  elementOfAnnotation,
  elementOfExpression,
  memberType,
  typeOfAnnotation,
  typeOfExpression,
} from './types.ts';

/** The nodes that state a type or value for a pattern; -1 where there is none. */
interface Given {
  readonly annotation: number;
  readonly value: number;
  /** A list of which the value is an element. */
  readonly list?: number;
}

const nothing: Given = { annotation: -1, value: -1 };

export function declareParameters(text: EcmascriptText, node: number, scope: number): void {
  const { tree } = text.facts;
  const list = listOver(text, node);
  const single = tree.child(node, 'parameter');
  if (single >= 0) declarePattern(text, single, { scope, given: { ...nothing, list } });
  const parameters = tree.child(node, 'parameters');
  if (parameters < 0) return;
  let isFirst = true;
  for (const parameter of tree.children(parameters)) {
    const pattern = tree.child(parameter, 'pattern');
    declarePattern(text, pattern >= 0 ? pattern : parameter, {
      scope,
      given: {
        annotation: tree.child(parameter, 'type'),
        value: tree.child(parameter, 'value'),
        list: isFirst ? list : -1,
      },
    });
    if (pattern >= 0 || tree.type(parameter) === 'identifier') isFirst = false;
  }
}

/** The list whose elements are passed to a function, as in `list.map((element) => …)`; -1 for any other function. */
function listOver(text: EcmascriptText, node: number): number {
  const { tree } = text.facts;
  const call = tree.parent(tree.parent(node));
  if (!functionValues.has(tree.type(node)) || tree.type(call) !== 'call_expression') return -1;
  const callee = tree.child(call, 'function');
  const isOver = overElements.has(tree.text(tree.child(callee, 'property')));
  return isOver && tree.type(callee) === 'member_expression' ? tree.child(callee, 'object') : -1;
}

export function declareLocals(text: EcmascriptText, node: number, scope: number): void {
  const { tree } = text.facts;
  const type = tree.type(node);
  if (type === 'catch_clause') {
    const parameter = tree.child(node, 'parameter');
    if (parameter >= 0) declarePattern(text, parameter, { scope, given: nothing });
  } else if (type === 'infer_type') {
    const name = tree.childOfType(node, 'type_identifier');
    if (name >= 0) declareName(text, name, { scope, given: nothing });
  } else if (type === 'type_parameter') {
    const name = tree.child(node, 'name');
    if (name >= 0)
      declareName(text, name, { scope, given: { ...nothing, annotation: tree.child(node, 'constraint') } });
  } else {
    const left = tree.child(node, 'left');
    const isOf = tree.has(node, 'of');
    if (left >= 0 && tree.child(node, 'kind') >= 0)
      declarePattern(text, left, {
        scope,
        given: { ...nothing, list: isOf ? tree.child(node, 'right') : -1 },
      });
  }
}

/** Declares every name of a pattern. The type of a property is looked up in the type of the whole. */
export function declarePattern(
  text: EcmascriptText,
  pattern: number,
  { scope, given }: { scope: number; given: Given },
): void {
  const { tree } = text.facts;
  const type = tree.type(pattern);
  if (/^(?:identifier|type_identifier|this)$/.test(type)) return declareName(text, pattern, { scope, given });
  if (type === 'assignment_pattern') {
    const left = tree.child(pattern, 'left');
    if (left >= 0)
      declarePattern(text, left, { scope, given: { ...given, value: tree.child(pattern, 'right') } });
    return;
  }
  const last = tree.last(pattern);
  for (let node = pattern + 1; node <= last; node += 1) {
    const kind = tree.type(node);
    const field = tree.field(node);
    const isName = kind === 'identifier' && field !== 'right' && field !== 'key';
    if (kind !== 'shorthand_property_identifier_pattern' && (!isName || isDefault(text, node, pattern)))
      continue;
    declareName(text, node, { scope, given, path: pathTo(text, node, pattern) });
  }
}

/** The properties that lead from the whole of a pattern to one of its names; null where a list or a rest is on the way. */
function pathTo(text: EcmascriptText, node: number, pattern: number): string[] | null {
  const { tree } = text.facts;
  const path: string[] = [];
  for (let at = node; at !== pattern && at >= 0; at = tree.parent(at)) {
    const type = tree.type(at);
    if (type === 'shorthand_property_identifier_pattern') path.unshift(tree.text(at));
    else if (type === 'pair_pattern') path.unshift(tree.text(tree.child(at, 'key')));
    else if (type === 'array_pattern' || type === 'rest_pattern') return null;
  }
  return tree.type(pattern) === 'object_pattern' && path.length > 0 ? path : null;
}

/** Whether a node of a pattern stands in a default value, where names are used and not declared. */
function isDefault(text: EcmascriptText, node: number, pattern: number): boolean {
  const { tree } = text.facts;
  for (let at = node; at !== pattern && at >= 0; at = tree.parent(at)) {
    if (tree.field(at) === 'right' || tree.type(at) === 'computed_property_name') return true;
  }
  return false;
}

interface NewName {
  readonly scope: number;
  readonly given: Given;
  /** The properties that lead from the given value to the one of the name; null where these are unknown. */
  readonly path?: readonly string[] | null;
}

/** Declares a local name. */
function declareName(text: EcmascriptText, node: number, { scope, given, path = [] }: NewName): void {
  const { facts, scopes, declaring } = text;
  declaring[node] = 1;
  const type = (): TypeRef | null => {
    let found = path === null ? null : typeOfGiven(text, given);
    for (const name of path ?? []) found = found === null ? null : memberType(text, found, { name });
    return found;
  };
  const element = (): TypeRef | null =>
    given.annotation >= 0
      ? elementOfAnnotation(text, given.annotation)
      : elementOfExpression(text, given.value, 1);
  scopes.declare(scope, facts.tree.text(node), {
    is: 'LOCAL',
    type,
    ...(path?.length === 0 ? { element } : {}),
  });
}

function typeOfGiven(text: EcmascriptText, { annotation, value, list = -1 }: Given): TypeRef | null {
  if (annotation >= 0) return typeOfAnnotation(text, annotation);
  if (list >= 0) return elementOfExpression(text, list);
  return value >= 0 ? typeOfExpression(text, value) : null;
}
