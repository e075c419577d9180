import { instanceState, workState, type InstanceState, type WorkState } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { asOperator } from '../graphql/require-operator.ts';
import { Instance } from './instance.ts';
import { SyncStatus } from './sync-enums.ts';

interface OperationsView {
  readonly at: Date;
  readonly work: WorkState;
  readonly state: InstanceState;
}

const Queue = builder.objectRef<WorkState['queues'][number]>('InstanceQueue').implement({
  description: 'The work of one kind that waits, over all projects.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ queue }) => rowId('InstanceQueue', queue) }),
    name: t.exposeString('queue', {
      description: 'The name of the queue, such as `sync`, `embed` or `remove`.',
    }),
    waiting: t.exposeInt('waiting', { description: 'The number of jobs that wait.' }),
    oldestSeconds: t.exposeFloat('oldestSeconds', {
      description: 'The seconds that the oldest of them has waited; 0 where none waits.',
    }),
  }),
});

const Table = builder.objectRef<InstanceState['tables'][number]>('InstanceTable').implement({
  description: 'A table of the database, and the space it takes.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ name }) => rowId('InstanceTable', name) }),
    name: t.exposeString('name', { description: 'The name of the table.' }),
    bytes: t.exposeFloat('bytes', { description: 'The bytes of its rows, indexes and long values.' }),
    rows: t.exposeFloat('rows', {
      nullable: true,
      description: 'The number of its rows, as the database estimates it; null before it has counted them.',
    }),
  }),
});

const SyncCount = builder.objectRef<InstanceState['syncsOfDay'][number]>('InstanceSyncCount').implement({
  description: 'The number of syncs of the last day with one status, over all projects.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ status }) => rowId('InstanceSyncCount', status) }),
    status: t.field({
      type: SyncStatus,
      description: 'The status of these syncs.',
      resolve: ({ status }) => status,
    }),
    count: t.exposeInt('count', { description: 'The number of syncs.' }),
  }),
});

const FailureCount = builder
  .objectRef<InstanceState['failuresOfDay'][number]>('InstanceFailureCount')
  .implement({
    description: 'The number of syncs of the last day that failed for one reason, over all projects.',
    fields: (t) => ({
      id: t.id({ description: rowIdText, resolve: ({ code }) => rowId('InstanceFailureCount', code) }),
      code: t.exposeString('code', { description: 'The code of the failure, such as SOURCE_UNAVAILABLE.' }),
      count: t.exposeInt('count', { description: 'The number of syncs that failed with it.' }),
    }),
  });

const Counts = builder.objectRef<InstanceState['counts']>('InstanceCounts').implement({
  description: 'The rows of all projects. More than 200,000 of a kind are estimated.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: () => rowId('InstanceCounts', 'this') }),
    projects: t.exposeInt('projects', { description: 'The number of projects.' }),
    repositories: t.exposeInt('repositories', { description: 'The number of connected repositories.' }),
    branches: t.exposeInt('branches', { description: 'The number of branches with a snapshot.' }),
    users: t.exposeInt('users', { description: 'The number of users who may sign in.' }),
    contents: t.exposeFloat('contents', { description: 'The number of stored contents of files.' }),
    passages: t.exposeFloat('passages', { description: 'The number of passages that search reads.' }),
    vectors: t.exposeFloat('vectors', { description: 'The number of stored vectors, of all models.' }),
  }),
});

const Operations = builder.objectRef<OperationsView>('InstanceOperations').implement({
  description: 'The state of this server as its operator needs it, over all projects.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: () => rowId('InstanceOperations', 'this') }),
    at: t.expose('at', { type: 'DateTime', description: 'The time at which this was read.' }),
    queues: t.field({
      type: [Queue],
      description: 'The work that waits, by its kind.',
      resolve: ({ work }) => work.queues,
    }),
    runningSyncs: t.int({
      description: 'The number of syncs that run now.',
      resolve: ({ work }) => work.running,
    }),
    abandonedSyncs: t.int({
      description: 'The number of those whose worker has gone silent: another one takes them over.',
      resolve: ({ work }) => work.abandoned,
    }),
    workers: t.int({
      description: 'The number of processes that run syncs.',
      resolve: ({ work }) => work.workers,
    }),
    counts: t.field({
      type: Counts,
      description: 'The rows of all projects.',
      resolve: ({ state }) => state.counts,
    }),
    syncsOfDay: t.field({
      type: [SyncCount],
      description: 'The syncs that were queued in the last 24 hours, by status.',
      resolve: ({ state }) => state.syncsOfDay,
    }),
    failuresOfDay: t.field({
      type: [FailureCount],
      description: 'The reasons for which syncs failed in the last 24 hours, the most frequent ten.',
      resolve: ({ state }) => state.failuresOfDay,
    }),
  }),
});

// The database: its space and its versions.
builder.objectFields(Operations, (t) => ({
  databaseBytes: t.float({
    description: 'The bytes of the whole database on disk.',
    resolve: ({ state }) => state.databaseBytes,
  }),
  tables: t.field({
    type: [Table],
    description: 'The ten largest tables.',
    resolve: ({ state }) => state.tables,
  }),
  databaseVersion: t.string({
    description: 'The version of PostgreSQL.',
    resolve: ({ state }) => state.serverVersion,
  }),
  vectorVersion: t.string({
    nullable: true,
    description: 'The version of its extension pgvector; null if it is not installed.',
    resolve: ({ state }) => state.vectorVersion,
  }),
  nodeVersion: t.string({
    description: 'The version of Node.js that answers this request.',
    resolve: () => process.versions.node,
  }),
  migrations: t.int({
    description: 'The number of migrations that the database has.',
    resolve: ({ state }) => state.migrations,
  }),
  lastMigration: t.string({
    nullable: true,
    description: 'The name of the last one; null before the first.',
    resolve: ({ state }) => state.lastMigration,
  }),
}));

builder.objectField(Instance, 'operations', (t) =>
  t.field({
    type: Operations,
    nullable: true,
    authScopes: { scope: 'ADMIN' },
    description:
      'The queue, workers, space, rows and versions of this server, over all projects. For operators; null for others, with NOT_OPERATOR in `errors`. Needs the scope ADMIN.',
    resolve: async (_instance, _args, context): Promise<OperationsView> => {
      await asOperator(context);
      const [work, state] = await Promise.all([workState(context.database), instanceState(context.database)]);
      return { at: new Date(), work, state };
    },
  }),
);
