import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import type { RateLimitState } from '../graphql/context.ts';

const RateLimit = builder.objectRef<RateLimitState>('RateLimit').implement({
  description: "The caller's budget of requests, and the cost of this request.",
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: () => rowId('RateLimit', 'own') }),
    limit: t.exposeInt('limit', { description: 'The number of requests a full budget allows at once.' }),
    remaining: t.exposeInt('remaining', { description: 'The number of requests left in the budget now.' }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      description: 'The time the budget is full again if no request is made until then.',
    }),
    cost: t.exposeInt('cost', {
      description:
        'The number of fields of this request, each multiplied by the page sizes of the lists around it.',
    }),
    costLimit: t.exposeInt('costLimit', { description: 'The highest cost one request may have.' }),
  }),
});

builder.queryField('rateLimit', (t) =>
  t.field({
    type: RateLimit,
    authScopes: { scope: 'READ' },
    description:
      "The caller's remaining budget of requests. Every answer also carries its cost in `extensions`, and the budget in its headers. Needs the scope READ.",
    resolve: (_root, _args, { rateLimit }) => rateLimit,
  }),
);
