import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

const types: Record<string, string> = {
  Node: 'Anything that can be fetched again by its global ID.',
  PageInfo: 'The position of a page within its list.',
};

const fields: Record<string, string> = {
  id: 'The global ID, unique across all types: pass it to `node(id:)` or to any argument that takes an ID.',
  edges: 'The rows of the page, each with its cursor.',
  nodes: 'The rows of the page, without their cursors.',
  pageInfo: 'Whether there are more pages, and the cursors to fetch them.',
  node: 'The row itself, to select fields from.',
  hasNextPage: 'Whether more rows follow this page.',
  hasPreviousPage: 'Whether rows come before this page.',
  startCursor: 'The cursor of the first row; null for an empty page.',
  endCursor: 'The cursor of the last row: pass it as `after` for the next page. Null for an empty page.',
  cursor: 'The opaque position of the row: pass it as `after`. It stays valid when rows are added.',
};

const queries: Record<string, string> = {
  node: 'The object with this global ID; null if it does not exist or the caller may not see it.',
  nodes: 'The objects with these global IDs, in the same order; null for each the caller may not see.',
};

const args: Record<string, string> = {
  first: 'The number of rows to return from the start, 0 to 100; 20 by default.',
  after: 'Return rows after this cursor, the `endCursor` of the page before.',
  last: 'The number of rows to return from the end, 0 to 100. Not together with `first`.',
  before: 'Return rows before this cursor, the `startCursor` of the page after.',
  id: 'The global ID of the object, as any answer returned it.',
  ids: 'The global IDs of the objects, as any answer returned them.',
};

/** The lists that are read both ways. Every other list is read forwards only. */
const bothWays = new Set([
  'Project.documents',
  'Project.patterns',
  'Project.repositories',
  'Project.syncs',
  'Query.projects',
  'Repository.syncs',
]);

/** Describes the fields and arguments that the Relay plugin adds, since it has no option for most of them. */
export function describeRelay(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    type.description ??= types[type.name];
    const own = type === schema.getQueryType() ? queries : fields;
    for (const field of Object.values(type.getFields())) {
      field.description ??= own[field.name];
      // The Relay plugin offers both directions on every connection; an argument that always fails is no offer.
      if (!bothWays.has(`${type.name}.${field.name}`))
        Object.assign(field, {
          args: field.args.filter(({ name }) => name !== 'last' && name !== 'before'),
        });
      for (const argument of field.args) argument.description ??= args[argument.name];
    }
  }
  return schema;
}
