import { builder } from '../graphql/builder.ts';
import type { ApiServices } from '../graphql/context.ts';

const Instance = builder.objectRef<ApiServices>('Instance').implement({
  description: 'This installation.',
  fields: (t) => ({
    exampleRepository: t.exposeString('exampleRepository', {
      nullable: true,
      description: 'A local folder that can be connected at once: the checkout that this runs from.',
    }),
    embeddingModel: t.exposeString('embeddingModel', { description: 'Who computes vectors.' }),
  }),
});

builder.queryField('instance', (t) =>
  t.field({
    type: Instance,
    authScopes: { scope: 'READ' },
    description: 'This installation.',
    resolve: (_root, _args, context) => context,
  }),
);
