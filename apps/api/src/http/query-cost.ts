import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql';
import { LARGEST_PAGE } from '../graphql/pagination.ts';
import { elementWeights, fieldWeights, patternWeights } from './field-weights.ts';

const DEFAULT_PAGE = 20;
const DEFAULT_LIST = 10;
const PATTERN = /(?:^|\s)\/[^/\s][^\n]*\/(?:\s|$)/;
/** The cost at which counting stops. */
const CEILING = 1e9;

/**
 * Counts the fields of a document, each as often as the lists around it may have rows. It reads the document alone:
 * invalid values, such as malformed IDs, are refused by their resolvers and lower no cost.
 */
export function queryCost({ schema, document, operationName, variableValues }: ExecutionArgs): number {
  const operation = getOperationAST(document, operationName);
  const root = operation == null ? null : schema.getRootType(operation.operation);
  if (operation == null || root == null) return 0;
  const given = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  // With invalid variables nothing is resolved.
  if (given.variableValues === undefined) return 0;
  const variables = given.variableValues;
  const fragments = fragmentsOf(document);
  // Remembered per selection: fragments that spread fragments would be walked exponentially often.
  const known = new Map<SelectionSetNode, number>();
  return costOf(operation.selectionSet, root);

  function costOf(selections: SelectionSetNode, type: GraphQLNamedType): number {
    const before = known.get(selections);
    if (before !== undefined) return before;
    let cost = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) {
        cost += costOfField(selection, type);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const inner = condition === undefined ? type : schema.getType(condition);
      if (fragment !== undefined && inner !== undefined) cost += costOf(fragment.selectionSet, inner);
    }
    cost = Math.min(cost, CEILING);
    known.set(selections, cost);
    return cost;
  }

  function costOfField(node: FieldNode, parent: GraphQLNamedType): number {
    const field =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const name = `${parent.name}.${node.name.value}`;
    if (field === undefined) return 1;
    const own = (fieldWeights[name] ?? 1) + patternCost(name, () => argumentsOf(field, node, variables));
    if (node.selectionSet === undefined) return own;
    const inner = costOf(node.selectionSet, getNamedType(field.type));
    const ofElements = elementWeights[name];
    if (ofElements === undefined) return own + rowsOf(field, node, variables) * inner;
    const elements = elementsOf(argumentsOf(field, node, variables), ofElements.list);
    return own + elements * ofElements.weight + Math.max(1, Math.ceil(elements / DEFAULT_LIST)) * inner;
  }
}

/** The cost of a pattern in the field's text. What only looks like one is charged too, as it is read as one. */
function patternCost(name: string, argumentsOfField: () => Record<string, unknown>): number {
  const weighed = patternWeights[name];
  if (weighed === undefined) return 0;
  const text = argumentsOfField()[weighed.argument];
  return typeof text === 'string' && PATTERN.test(text) ? weighed.weight : 0;
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

/** Returns the largest number of rows of a field. `nodes` and `edges` are the rows of the page around them. */
function rowsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: VariableValues): number {
  const { ids, first, last } = argumentsOf(field, node, variables);
  if (field.name === 'nodes' && Array.isArray(ids)) return ids.length;
  const page = first ?? last;
  if (typeof page === 'number') return Math.min(Math.max(page, 0), LARGEST_PAGE);
  const type = getNullableType(field.type);
  if (isListType(type)) return field.name === 'nodes' || field.name === 'edges' ? 1 : DEFAULT_LIST;
  return getNamedType(type).name.endsWith('Connection') ? DEFAULT_PAGE : 1;
}

/** Returns the length of a list of the field's input. */
function elementsOf({ input }: Record<string, unknown>, list: string): number {
  // GraphQL's own objects have no prototype, so `instanceof` does not know them.
  const given: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, list) : null;
  return Array.isArray(given) ? given.length : 0;
}

/** Returns a field's arguments; none where they are invalid, as the field is not resolved then. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: VariableValues,
): Record<string, unknown> {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}
