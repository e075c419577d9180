import { rightsOf } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { isOperator } from '../graphql/require-operator.ts';

export const Instance = builder.objectRef<ApiContext>('Instance').implement({
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
    viewerIsOperator: t.boolean({
      description:
        'Whether the caller is an operator of this server: one who manages its people, and says who may use its token and its folders.',
      resolve: (context) => isOperator(context),
    }),
    viewerMayCreateProjects: t.boolean({
      description: 'Whether the caller may create projects.',
      resolve: async ({ database, viewer }) =>
        viewer !== null &&
        viewer.projectId === null &&
        (await rightsOf(database, viewer.userId)).mayCreateProjects,
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
