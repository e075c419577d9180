import {
  isEnumType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printDirective,
  printType,
  type GraphQLSchema,
} from 'graphql';

/**
 * Prints a schema with its types and fields in the order of the alphabet, so that a difference shows only what changed.
 * The values of an enum keep their own order: scopes, phases and roles are listed from the first to the last.
 */
export function printSorted(schema: GraphQLSchema): string {
  const sorted = lexicographicSortSchema(schema);
  const directives = sorted.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  const types = Object.values(sorted.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  const parts = [
    ...directives.map((directive) => printDirective(directive)),
    ...types.map((type) => {
      const own = schema.getType(type.name);
      return printType(isEnumType(own) ? own : type);
    }),
  ];
  return parts.join('\n\n');
}
