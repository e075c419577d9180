import type { TokenPrice } from '../configuration-values.ts';
import { builder } from '../graphql/builder.ts';
import { Instance } from './instance.ts';

const Price = builder.objectRef<TokenPrice>('TokenPrice').implement({
  description: 'The price of a million tokens, as the operator of the server has said.',
  fields: (t) => ({
    perMillion: t.exposeFloat('perMillion', { description: 'The price of a million tokens, as a number.' }),
    currency: t.exposeString('currency', { description: 'The currency, by its three letters.' }),
  }),
});

builder.objectFields(Instance, (t) => ({
  embeddingPrice: t.field({
    type: Price,
    nullable: true,
    description: 'The price of tokens at the embedder; null where none is configured.',
    resolve: ({ prices }) => prices.embedding,
  }),
  modelPrice: t.field({
    type: Price,
    nullable: true,
    description: 'The price of tokens at the language model; null where none is configured.',
    resolve: ({ prices }) => prices.model,
  }),
}));
