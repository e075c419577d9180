import type { FaultKind } from './faults.ts';
import type { GraphqlAnswer } from './graphql-api.ts';

/** Sets every second alias below `repository` to null with an error, as GitHub does when part of a query times out. */
export function makePartial(answer: GraphqlAnswer): GraphqlAnswer {
  const repository = answer.data?.['repository'];
  if (typeof repository !== 'object' || repository === null) return answer;
  const kept: Record<string, unknown> = { ...repository };
  const errors = [...(answer.errors ?? [])];
  for (const [index, alias] of Object.keys(kept).entries()) {
    if (index % 2 === 1) continue;
    kept[alias] = null;
    errors.push({ message: 'Something went wrong while executing your query.', path: ['repository', alias] });
  }
  return { data: { ...answer.data, repository: kept }, errors };
}

/** Alters all content in an answer, and nothing of its form. */
export function corrupt(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => corrupt(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, corrupt(item, name)]));
  }
  if (key === 'text' && typeof value === 'string') return `${value}?`;
  if (key === 'content' && typeof value === 'string') return Buffer.from('corrupt').toString('base64');
  if (key === 'mode' && value === 0o100644) return 0o100755;
  if (key === 'mode' && value === '100644') return '100755';
  return value;
}

/** Returns the body of a fault that answers in GraphQL's form without executing anything. */
export function graphqlFault(fault: FaultKind): GraphqlAnswer | null {
  switch (fault.kind) {
    case 'timed-out-query':
      return {
        data: null,
        errors: [
          {
            message: 'Something went wrong while executing your query. This may be the result of a timeout.',
          },
        ],
      };
    case 'resource-limits':
      return {
        data: null,
        errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' }],
      };
    case 'wrong-body':
      return { data: { viewer: { login: 'someone' } } };
    default:
      return null;
  }
}
