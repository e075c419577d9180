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

const DEFAULT_PAGE = 20;
const DEFAULT_LIST = 10;
/** No document is worth counting further. */
const MOST = 1e9;

/**
 * The fields of a document, each counted as often as the lists around it may have rows. Counted from the document alone:
 * whatever cannot be read here, such as an id that is none, is refused where it is resolved and makes nothing cheaper.
 */
export function queryCost({ schema, document, operationName, variableValues }: ExecutionArgs): number {
  const operation = getOperationAST(document, operationName);
  const root = operation == null ? null : schema.getRootType(operation.operation);
  if (operation == null || root == null) return 0;
  const given = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  // With variables that do not fit nothing is resolved at all.
  if (given.variableValues === undefined) return 0;
  const variables = given.variableValues;
  const fragments = fragmentsOf(document);
  // Asked once for each place: fragments that spread fragments would be walked exponentially often.
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
    cost = Math.min(cost, MOST);
    known.set(selections, cost);
    return cost;
  }

  function costOfField(node: FieldNode, parent: GraphQLNamedType): number {
    const field =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined || node.selectionSet === undefined) return 1;
    return 1 + rowsOf(field, node, variables) * costOf(node.selectionSet, getNamedType(field.type));
  }
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

/** How many rows a field may bring: its page's; `nodes` and `edges` are the rows of the page around them. */
function rowsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: VariableValues): number {
  const { ids, first, last } = argumentsOf(field, node, variables);
  if (field.name === 'nodes' && Array.isArray(ids)) return ids.length;
  const page = first ?? last;
  if (typeof page === 'number') return Math.min(Math.max(page, 0), LARGEST_PAGE);
  const type = getNullableType(field.type);
  if (isListType(type)) return field.name === 'nodes' || field.name === 'edges' ? 1 : DEFAULT_LIST;
  return getNamedType(type).name.endsWith('Connection') ? DEFAULT_PAGE : 1;
}

/** What a field is given; nothing where that does not fit, as then it is not resolved. */
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
