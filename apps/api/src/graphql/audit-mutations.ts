import { recordAudit } from '@project-sync/db';
import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { ApiContext } from './context.ts';
import { idParts } from './ids.ts';

/** The most characters of a value that an entry repeats. */
const LONGEST_VALUE = 200;
/** Values that are secrets, or texts that are stored elsewhere. */
const unrepeated: ReadonlySet<string> = new Set(['token', 'content']);
/** Removals, and syncs of which some may be refused, write their own entries in their transaction. */
const recordedBelow: ReadonlySet<string> = new Set([
  'removeProject',
  'removeRepository',
  'removeBranch',
  'startSyncs',
]);

/**
 * Records every mutation that was done, before its caller is answered: an action whose entry cannot be written is
 * reported as a failure. It wraps the fields of the finished schema, so that no mutation can be forgotten.
 */
export function auditMutations(schema: GraphQLSchema): GraphQLSchema {
  const fields = schema.getMutationType()?.getFields() ?? {};
  for (const field of Object.values(fields)) {
    if (recordedBelow.has(field.name)) continue;
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (root, args: Record<string, unknown>, context: ApiContext, info) => {
      const result: unknown = await resolve(root, args, context, info);
      if (result instanceof Object && !('failure' in result)) {
        // GraphQL's own objects have no prototype, so `instanceof` does not know them.
        const given = args['input'];
        const input = typeof given === 'object' && given !== null ? Object.entries(given) : [];
        await recordAudit(context.database.system, {
          ...context.origin,
          projectId: projectIn(result) ?? projectOf(input),
          action: field.name,
          subject: subjectOf(input, result),
          detail: detailOf(input, context.redact),
        });
      }
      return result;
    };
  }
  return schema;
}

type Input = readonly (readonly [name: string, value: unknown])[];

/** The project of a result, which holds the key of what was changed. */
function projectIn(result: object): string | null {
  const own: unknown = Reflect.get(result, 'projectId');
  if (typeof own === 'string') return own;
  for (const value of Object.values(result)) {
    const inner: unknown = value instanceof Object ? Reflect.get(value, 'projectId') : null;
    if (typeof inner === 'string') return inner;
  }
  return null;
}

/** The project of the first ID that is inside of one. */
function projectOf(input: Input): string | null {
  for (const [name, value] of input) {
    const parts = /id$/i.test(name) && typeof value === 'string' ? idParts(value) : null;
    if (parts?.type === 'Project') return parts.id;
    if (parts?.id.includes(':') === true) return parts.id.split(':', 1)[0] ?? null;
  }
  return null;
}

/** The local ID of the object: of the last ID of the input, which is the most specific, or of what was made. */
function subjectOf(input: Input, result: object): string {
  const made: unknown = Reflect.get(result, 'subject');
  if (typeof made === 'string') return made;
  const ids = input.flatMap(([name, value]) => {
    const parts = /id$/i.test(name) && typeof value === 'string' ? idParts(value) : null;
    return parts === null ? [] : [parts.id];
  });
  return ids.at(-1) ?? projectIn(result) ?? '';
}

function detailOf(input: Input, redact: (text: string) => string): Record<string, unknown> {
  return Object.fromEntries(
    input.flatMap(([name, value]): [string, unknown][] => {
      if (value === undefined || value === null || /id$/i.test(name)) return [];
      return [[name, repeated(name, value, redact)]];
    }),
  );
}

/** A value as an entry repeats it; an input within the input by the same rules. */
function repeated(name: string, value: unknown, redact: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => repeated(name, one, redact));
  if (typeof value === 'object' && value !== null && !(value instanceof Date))
    return detailOf(Object.entries(value), redact);
  if (typeof value !== 'string') return value;
  if (unrepeated.has(name)) return `${value.length} characters`;
  return redact(value.slice(0, LONGEST_VALUE).replaceAll('\0', '').toWellFormed());
}
