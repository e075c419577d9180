import { buildSchema, parse, subscribe, type ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import { createYoga } from 'graphql-yoga';
import { shareExecutions } from './share-executions.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { tick: Int }');
async function* ticks(): AsyncGenerator<{ tick: number }> {
  for (let tick = 1; tick <= 5; tick += 1) yield await Promise.resolve({ tick });
}

test('a stream whose events cost more than its caller has ends with a code', async () => {
  let left = 2;
  const rateLimit = { cost: 7, charge: (cost: number) => cost === 7 && (left -= 1) >= 0 };
  const viewer = { userId: 'u', projectId: null, scopes: ['READ'] };
  const contextValue = { viewer, rateLimit, signal: new AbortController().signal };
  const yoga = createYoga({ schema, plugins: [shareExecutions()], logging: false });
  const enveloped: { subscribe: typeof subscribe } = yoga.getEnveloped({});
  const results = await enveloped.subscribe({
    schema,
    document: parse('subscription { tick }'),
    rootValue: { tick: ticks },
    contextValue,
  });
  const heard: ExecutionResult[] = [];
  for await (const result of results as AsyncIterable<ExecutionResult>) heard.push(result);
  expect(heard.map(({ data }) => data?.['tick'])).toEqual([1, 2, 3, undefined]);
  expect(heard.at(-1)?.errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED' });
});
