import {
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** Collects the fields of a schema that were answered with a value other than null. */
export function seenFields(schema: GraphQLSchema) {
  const seen = new Set<string>();
  return {
    seen,
    /** Walks a document beside its answer. */
    look(text: string, data: unknown): void {
      const document = parse(text);
      for (const definition of document.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
        const root = schema.getRootType(definition.operation);
        if (root != null) walk(definition.selectionSet, root, data);
      }
    },
  };

  function walk(selections: SelectionSetNode, type: GraphQLNamedType, value: unknown): void {
    if (Array.isArray(value)) return value.forEach((each) => walk(selections, type, each));
    if (typeof value !== 'object' || value === null || !('getFields' in type || isAbstractType(type))) return;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value;
        const inner = name === undefined ? type : schema.getType(name);
        if (inner !== undefined) walk(selection.selectionSet, inner, value);
      } else if (selection.kind === Kind.FIELD) walkField(selection, type, value);
    }
  }

  function walkField(selection: FieldNode, type: GraphQLNamedType, value: object): void {
    const answer: unknown = Reflect.get(value, selection.alias?.value ?? selection.name.value);
    if (answer == null || !('getFields' in type)) return;
    const field = type.getFields()[selection.name.value];
    if (field === undefined || !('args' in field)) return;
    seen.add(`${type.name}.${field.name}`);
    const inner = named(field.type);
    if (selection.selectionSet !== undefined && isCompositeType(inner))
      walk(selection.selectionSet, inner, answer);
  }
}

function named(type: GraphQLOutputType): GraphQLNamedType {
  return isNonNullType(type) || isListType(type) ? named(type.ofType) : type;
}
