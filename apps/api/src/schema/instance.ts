import { builder } from '../graphql/builder.ts';
import type { ApiServices } from '../graphql/context.ts';

const Instance = builder.objectRef<ApiServices>('Instance').implement({
  description: 'The installation that answers this request.',
  fields: (t) => ({
    exampleRepository: t.exposeString('exampleRepository', {
      nullable: true,
      description:
        'A local folder that can be connected as a first repository: the checkout the server runs from. Null if there is none.',
    }),
    embeddingModel: t.exposeString('embeddingModel', {
      description: 'The model that computes vectors for new passages.',
    }),
  }),
});

builder.queryField('instance', (t) =>
  t.field({
    type: Instance,
    authScopes: { scope: 'READ' },
    description: 'The installation that answers this request. Needs the scope READ.',
    resolve: (_root, _args, context) => context,
  }),
);
