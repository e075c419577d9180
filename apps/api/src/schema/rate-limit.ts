import { builder } from '../graphql/builder.ts';

/** What a caller may still ask, and what the request itself cost. */
export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
  readonly costLimit: number;
  /** Known once the document has been read. */
  cost: number;
}

const RateLimit = builder.objectRef<RateLimitState>('RateLimit').implement({
  description: 'How much the key or address may still ask, and what this request costs.',
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'How many requests may be made at once at most.' }),
    remaining: t.exposeInt('remaining', { description: 'How many of them are left now.' }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      description: 'When all of them are there again, if none is made until then.',
    }),
    cost: t.exposeInt('cost', {
      description: 'The fields of this request, each counted as often as the lists around it have rows.',
    }),
    costLimit: t.exposeInt('costLimit', { description: 'The most that one request may cost.' }),
  }),
});

builder.queryField('rateLimit', (t) =>
  t.field({
    type: RateLimit,
    authScopes: { scope: 'READ' },
    description:
      'What the caller may still ask. Each answer tells the cost in its `extensions` and the budget in its headers.',
    resolve: (_root, _args, { rateLimit }) => rateLimit,
  }),
);
