import type { GraphQLSchema } from 'graphql';
import { printSorted } from '../../graphql/print-sorted.ts';
import { sendText, type Handler } from '../respond.ts';

/** `/schema.graphql`: the schema as text. */
export function schemaFile(schema: GraphQLSchema): Handler {
  const sdl = printSorted(schema);
  return (_request, response) => sendText(response, 200, sdl);
}
