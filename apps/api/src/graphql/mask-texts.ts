import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { ApiContext } from './context.ts';

/** Short texts that people and commits bring along. Contents are masked where they are read and stored. */
const texts = [
  'Project.name',
  'Project.description',
  'ProjectSync.commitMessage',
  'ProjectSync.commitAuthor',
  'Document.title',
  'Pattern.title',
  'Pattern.description',
] as const;

/** Masks secrets in texts as they are shown: a key in a commit's message is as good as one in a file. */
export function maskTexts(schema: GraphQLSchema): GraphQLSchema {
  for (const place of texts) {
    const [name = '', fieldName = ''] = place.split('.');
    const type = schema.getType(name);
    const field = type !== undefined && 'getFields' in type ? type.getFields()[fieldName] : undefined;
    if (field === undefined || !('args' in field)) throw new Error(`${place} is not in the schema.`);
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (root: unknown, args: Record<string, unknown>, context: ApiContext, info) => {
      const mask = (value: unknown) => (typeof value === 'string' ? context.redact(value) : value);
      const value: unknown = resolve(root, args, context, info);
      // What is there at once stays so: reads of one tick share a statement.
      return value instanceof Promise ? value.then(mask) : mask(value);
    };
  }
  return schema;
}
