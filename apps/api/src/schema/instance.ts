import { rightsOf } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { isOperator } from '../graphql/require-operator.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { LARGEST_PAGE } from '../graphql/pagination.ts';
import { version } from '../version.ts';
import { SourceProvider } from './repository.ts';

const Limits = builder.objectRef<ApiContext>('InstanceLimits').implement({
  description: 'The limits that this server sets to requests.',
  fields: (t) => ({
    pageSize: t.int({ description: 'The most rows of one page.', resolve: () => LARGEST_PAGE }),
    cost: t.int({
      description: 'The highest cost that one request may have.',
      resolve: ({ rateLimit }) => rateLimit.costLimit,
    }),
    requests: t.int({
      description: "The number of requests in a caller's full budget.",
      resolve: ({ rateLimit }) => rateLimit.limit,
    }),
  }),
});

export const Instance = builder.objectRef<ApiContext>('Instance').implement({
  description: 'The installation that answers this request.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: () => rowId('Instance', 'this') }),
    version: t.string({
      description: 'The version of the software that answers this request.',
      resolve: () => version,
    }),
    database: t.string({
      description: 'The kind of database: embedded or postgres.',
      resolve: ({ database }) => database.kind,
    }),
    providers: t.field({
      type: [SourceProvider],
      description: 'The ways in which this server can read a repository.',
      resolve: () => ['GITHUB', 'GIT'] as const,
    }),
    limits: t.field({
      type: Limits,
      description: 'The limits of requests to this server.',
      resolve: (_instance, _args, context) => context,
    }),
    exampleRepository: t.exposeString('exampleRepository', {
      nullable: true,
      description:
        'A local folder that can be connected as a first repository: the checkout the server runs from. Null if there is none.',
    }),
    localRepositories: t.stringList({
      description:
        'Git repositories in the folders of LOCAL_REPOSITORIES and directly below them, at most 50: proposals for connecting. Empty for a caller who is no operator.',
      resolve: async (context) => ((await isOperator(context)) ? context.listLocalRepositories() : []),
    }),
    pollMinutes: t.exposeInt('pollMinutes', {
      description: 'How often stored branches are looked at, in minutes; 0 where they never are.',
    }),
    pushAddress: t.string({
      nullable: true,
      description:
        'The address for a webhook of GitHub that reports pushes; null where this server takes none.',
      resolve: ({ publicUrl, takesPushes }) => (takesPushes ? `${publicUrl}/webhooks/github` : null),
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
