import { printSchema, type GraphQLSchema } from 'graphql';
import { sendText, type Handler } from '../respond.ts';

/** `/schema.graphql`: the schema as text. */
export function schemaFile(schema: GraphQLSchema): Handler {
  const sdl = printSchema(schema);
  return (_request, response) => sendText(response, 200, sdl);
}
