import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** What a field is asked with where it cannot do without. A new field of that kind has to be named here. */
const given: Readonly<Record<string, string>> = {
  'Repository.branch': '(name: "main")',
  'Snapshot.file': '(path: "open.ts")',
  'Snapshot.changesSince': '(syncId: "", first: 2)',
  'Project.search': '(query: "berth harbour", first: 3)',
};

/** The scope that a field takes, where it takes one of its own. */
export function scopeOf(field: GraphQLField<unknown, unknown> | GraphQLInputField): unknown {
  const options: unknown = field.extensions['pothosOptions'];
  return options instanceof Object ? Reflect.get(options, 'authScopes') : undefined;
}

/**
 * A selection of every field of a type, and of what lies behind them, so many objects deep; `open` leaves out those that
 * take a scope of their own. For tests.
 */
export function everythingOf(
  schema: GraphQLSchema,
  type: GraphQLNamedType | undefined,
  depth: number,
  open = false,
): string {
  if (!isObjectType(type)) throw new Error(`${type?.name ?? 'Nothing'} has no fields.`);
  // A page is a way to its rows, and no deeper than they are.
  const isPage = type.name.endsWith('Connection');
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (open && scopeOf(field) !== undefined) return [];
    if (isPage && field.name !== 'nodes' && field.name !== 'totalCount') return [];
    const inner = getNamedType(field.type);
    const asked = `${field.name}${argumentsOf(type.name, field)}`;
    if (isLeafType(inner)) return [asked];
    if (depth === 0) return [];
    const left = inner.name.endsWith('Connection') ? depth : depth - 1;
    return [`${asked} ${everythingOf(schema, inner, left, open)}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

function argumentsOf(type: string, field: GraphQLField<unknown, unknown>): string {
  const known = given[`${type}.${field.name}`];
  if (known !== undefined) return known;
  const needed = field.args.find(isRequiredArgument);
  if (needed !== undefined)
    throw new Error(`${type}.${field.name} needs ${needed.name}: say with what it is asked.`);
  return field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
}

/** Every place of the schema that takes an id: `Type.field(argument)` and `Input.field`. */
export function placesOfIds(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isObjectType(type) || isInterfaceType(type))
      return Object.values(type.getFields()).flatMap((field) =>
        field.args
          .filter((argument) => getNamedType(argument.type).name === 'ID')
          .map((argument) => `${type.name}.${field.name}(${argument.name})`),
      );
    return 'getFields' in type
      ? Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name === 'ID')
          .map((field) => `${type.name}.${field.name}`)
      : [];
  });
}
