import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';

type Argument =
  | { readonly kind: 'Literal'; readonly name: string; readonly value: unknown }
  | { readonly kind: 'Variable'; readonly name: string; readonly variableName: string };

/** A selection as Relay's compiler writes it, for a query without fragments of its own. */
type RelaySelection =
  | {
      readonly kind: 'ScalarField';
      readonly alias: string | null;
      readonly args: readonly Argument[] | null;
      readonly name: string;
      readonly storageKey: null;
    }
  | {
      readonly kind: 'LinkedField';
      readonly alias: string | null;
      readonly args: readonly Argument[] | null;
      readonly name: string;
      readonly storageKey: null;
      readonly concreteType: string | null;
      readonly plural: boolean;
      readonly selections: readonly RelaySelection[];
    }
  | {
      readonly kind: 'InlineFragment';
      readonly type: string;
      readonly abstractKey: null;
      readonly selections: readonly RelaySelection[];
    };

/** Returns the artifact that Relay's compiler makes of a query, whose text must select the IDs and type names itself. */
export function relayRequest(schema: GraphQLSchema, text: string) {
  const operation = parse(text).definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  const query = schema.getQueryType();
  if (operation === undefined || query == null) throw new Error('There is no query.');
  const name = operation.name?.value ?? '';
  const selections = selectionsOf(schema, query, operation.selectionSet.selections);
  const argumentDefinitions = (operation.variableDefinitions ?? []).map(({ variable }) => ({
    kind: 'LocalArgument' as const,
    name: variable.name.value,
    defaultValue: null,
  }));
  return {
    kind: 'Request' as const,
    fragment: {
      kind: 'Fragment' as const,
      name,
      type: query.name,
      metadata: null,
      abstractKey: null,
      argumentDefinitions,
      selections,
    },
    operation: { kind: 'Operation' as const, name, argumentDefinitions, selections },
    params: { cacheID: name, id: null, metadata: {}, name, operationKind: 'query' as const, text },
  };
}

function selectionsOf(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  nodes: readonly SelectionNode[],
): RelaySelection[] {
  return nodes.map((node): RelaySelection => {
    if (node.kind === Kind.FIELD) return fieldOf(schema, type, node);
    const on =
      node.kind === Kind.INLINE_FRAGMENT ? schema.getType(node.typeCondition?.name.value ?? '') : null;
    if (!isObjectType(on) || node.kind !== Kind.INLINE_FRAGMENT)
      throw new Error('Only fragments on an object type are known here.');
    return {
      kind: 'InlineFragment',
      type: on.name,
      abstractKey: null,
      selections: selectionsOf(schema, on, node.selectionSet.selections),
    };
  });
}

function fieldOf(schema: GraphQLSchema, type: GraphQLCompositeType, node: FieldNode): RelaySelection {
  const name = node.name.value;
  const common = { alias: node.alias?.value ?? null, args: argumentsOf(node), name, storageKey: null };
  const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  const result = fields[name]?.type;
  if (result === undefined || node.selectionSet === undefined) return { kind: 'ScalarField', ...common };
  const to = getNamedType(result);
  if (!isCompositeType(to)) throw new Error(`${name} has no selections.`);
  return {
    kind: 'LinkedField',
    ...common,
    concreteType: isAbstractType(to) ? null : to.name,
    plural: isListType(getNullableType(result)),
    selections: selectionsOf(schema, to, node.selectionSet.selections),
  };
}

function argumentsOf({ arguments: given = [] }: FieldNode): Argument[] | null {
  if (given.length === 0) return null;
  // Relay looks arguments up by the order of their names.
  return given
    .map(({ name, value }): Argument =>
      value.kind === Kind.VARIABLE
        ? { kind: 'Variable', name: name.value, variableName: value.name.value }
        : { kind: 'Literal', name: name.value, value: valueFromASTUntyped(value) },
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
