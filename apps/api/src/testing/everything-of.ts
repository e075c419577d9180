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

/** The arguments of fields that have required ones. `$sync` is a variable of the document. */
const given: Readonly<Record<string, string>> = {
  'Repository.branch': '(name: "main")',
  'Snapshot.file': '(path: "open.ts")',
  'Snapshot.document': '(path: "overview")',
  'Snapshot.documentVersions': '(path: "overview", first: 2)',
  'Snapshot.changelog': '(since: $sync)',
  'Snapshot.context': '(task: "berth harbour")',
  'Snapshot.changesSince': '(syncId: $sync, first: 2)',
  'Snapshot.compare': '(to: $sync, first: 2)',
  'Instance.repositoryCheck': '(provider: GIT, url: "/nowhere")',
  'Project.repositoryCheck': '(provider: GIT, url: "/nowhere")',
  'Project.sync': '(number: 1)',
  'Snapshot.ignorePreview': '(rules: "*.md")',
  'Project.search': '(query: "berth harbour", first: 3)',
};

/** The scope that a field itself needs, if any. */
export function scopeOf(field: GraphQLField<unknown, unknown> | GraphQLInputField): unknown {
  const options: unknown = field.extensions['pothosOptions'];
  return options instanceof Object ? Reflect.get(options, 'authScopes') : undefined;
}

/**
 * A selection of every field of a type and of the objects behind them, down to `depth`. `open` leaves out fields that need
 * a scope of their own.
 */
export function everythingOf(
  schema: GraphQLSchema,
  type: GraphQLNamedType | undefined,
  { depth, open = false }: { readonly depth: number; readonly open?: boolean },
): string {
  if (!isObjectType(type) && !isInterfaceType(type))
    throw new Error(`${type?.name ?? 'Nothing'} has no fields.`);
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
    return [`${asked} ${everythingOf(schema, inner, { depth: left, open })}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

function argumentsOf(type: string, field: GraphQLField<unknown, unknown>): string {
  const known = given[`${type}.${field.name}`];
  if (known !== undefined) return known;
  const needed = field.args.find(isRequiredArgument);
  if (needed !== undefined)
    throw new Error(`${type}.${field.name} needs ${needed.name}: add its arguments here.`);
  return field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
}

/** Every place of the schema that takes an ID, as `Type.field(argument)` or `Input.field`. */
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
