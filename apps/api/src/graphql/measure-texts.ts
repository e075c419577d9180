import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { ApiContext } from './context.ts';

/** The fields that hold the text of files and of people, of any length. */
const texts = [
  'RepositoryFile.text',
  'MemoryEntry.content',
  'Document.content',
  'SearchHit.snippet',
  'Pattern.description',
  'Project.description',
  'ProjectSync.commitMessage',
  'AuditEntry.detail',
] as const;

/** A row of a list costs about this many characters with its names and IDs. */
const ROW = 200;
/** The lists that have no pages. */
const lists = ['Snapshot.tree', 'Branch.verification'] as const;

/** Counts long texts and whole lists in the size of their answer, as their fields are resolved. */
export function measureTexts(schema: GraphQLSchema): GraphQLSchema {
  for (const place of [...texts, ...lists]) {
    const [name = '', fieldName = ''] = place.split('.');
    const type = schema.getType(name);
    const field = type !== undefined && 'getFields' in type ? type.getFields()[fieldName] : undefined;
    if (field === undefined || !('args' in field)) throw new Error(`${place} is not in the schema.`);
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (root: unknown, args: Record<string, unknown>, context: ApiContext, info) => {
      const measure = (value: unknown): unknown => {
        if (typeof value === 'string') context.answer.add(value.length);
        else if (Array.isArray(value)) context.answer.add(value.length * ROW);
        return value;
      };
      // Of many files asked for at once, those beyond the limit are not even read.
      context.answer.add(0);
      const value: unknown = resolve(root, args, context, info);
      // What is there at once stays so: reads of one tick share a statement.
      return value instanceof Promise ? value.then(measure) : measure(value);
    };
  }
  return schema;
}
