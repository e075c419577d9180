import { projectUsage, type ProjectUsage as Usage } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { Project } from './project.ts';

const ProjectUsage = builder.objectRef<Usage & { readonly projectId: string }>('ProjectUsage').implement({
  description: 'The amounts stored of a project, and those its syncs have read and computed so far.',
  fields: (t) => ({
    id: t.id({
      description: rowIdText,
      resolve: ({ projectId }) => rowId('ProjectUsage', projectId),
    }),
    contents: t.exposeInt('contents', {
      description: 'The number of contents: each is stored once for all branches, paths and syncs.',
    }),
    contentBytes: t.exposeFloat('contentBytes', { description: 'The bytes of those contents.' }),
    passages: t.exposeInt('passages', { description: 'The number of passages that search reads.' }),
    tokens: t.exposeFloat('tokens', { description: 'The estimated tokens of those passages.' }),
    vectors: t.exposeInt('vectors', { description: 'The number of stored vectors, of all models.' }),
    syncs: t.exposeInt('syncs', { description: 'The number of syncs, whatever their result.' }),
    bytesFetched: t.exposeFloat('bytesFetched', {
      description: 'The bytes of content that all syncs received from their sources.',
    }),
    embeddingsComputed: t.exposeFloat('embeddingsComputed', {
      description: 'The number of vectors that all syncs had the embedder compute.',
    }),
  }),
});

builder.prismaObjectField(Project, 'usage', (t) =>
  t.field({
    type: ProjectUsage,
    description:
      'The amounts stored of the project. They are counted row by row, so ask for them where they are shown.',
    resolve: async ({ id: projectId }, _args, { reads }) => ({
      ...(await projectUsage(reads, { projectId })),
      projectId,
    }),
  }),
);
