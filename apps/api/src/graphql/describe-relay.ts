import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

const types: Record<string, string> = {
  Node: 'Anything that has an id of its own.',
  PageInfo: 'Where a page stands in its list.',
};

/** What fields that every list or thing has are for. */
const fields: Record<string, string> = {
  id: 'Names it among everything there is: for `node(id)`, and wherever an id is asked for.',
  edges: 'The rows of the page, each with its cursor.',
  nodes: 'The rows of the page.',
  pageInfo: 'Whether there is more, and where to go on.',
  node: 'The row, or what goes by this id.',
  hasNextPage: 'Whether rows follow this page.',
  hasPreviousPage: 'Whether rows stand before this page.',
  startCursor: 'The cursor of its first row; null on an empty page.',
  endCursor: 'The cursor of its last row, to be given as `after`; null on an empty page.',
  cursor: 'Where this row stands in the list: opaque, and right while rows are added.',
};

const queries: Record<string, string> = {
  node: 'Whatever goes by this id; null when there is nothing that the viewer may see.',
  nodes: 'What goes by these ids, in their order; null for each that the viewer may not see.',
};

const args: Record<string, string> = {
  first: 'How many rows from the front, 0 to 100.',
  after: 'Begin behind the row of this cursor.',
  last: 'How many rows from the back, 0 to 100. Not together with `first`.',
  before: 'End in front of the row of this cursor.',
  id: 'As any answer gave it.',
  ids: 'As any answers gave them.',
};

/** The plugins make these fields and arguments without a word; a schema is read first by somebody who knows none of it. */
export function describeRelay(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    type.description ??= types[type.name];
    const own = type === schema.getQueryType() ? queries : fields;
    for (const field of Object.values(type.getFields())) {
      field.description ??= own[field.name];
      for (const argument of field.args) argument.description ??= args[argument.name];
    }
  }
  return schema;
}
