import { verifyBranch, type DifferenceKind, type Verification } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { Branch } from './branch.ts';

const VerificationKind = builder.enumType('VerificationKind', {
  description: 'How something that is kept differs from what the source has.',
  values: {
    NOT_KEPT: { description: 'The source has it, and it is not kept.' },
    NOT_AT_SOURCE: { description: 'It is kept, and the source does not have it.' },
    OTHER_CONTENT: { description: 'Its mode or its content is not the one that the source has.' },
    DAMAGED: { description: 'What is kept of its content is not what its object id says.' },
    CONTENT_MISSING: { description: 'It is listed, and nothing is kept of its content.' },
  } satisfies Record<DifferenceKind, object>,
});

const VerificationDifference = builder
  .objectRef<Verification['differences'][number]>('VerificationDifference')
  .implement({
    description: 'One file that is not kept as the source has it.',
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Where it stands.' }),
      kind: t.field({ type: VerificationKind, description: 'How it differs.', resolve: ({ kind }) => kind }),
    }),
  });

const BranchVerification = builder.objectRef<Verification>('BranchVerification').implement({
  description: 'What a comparison of everything that is kept of a branch with its source found.',
  fields: (t) => ({
    commitOid: t.expose('commitOid', { type: 'GitObjectId', description: 'The commit that was compared.' }),
    sourceOid: t.expose('sourceOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'Where the branch stands at the source; null when it is gone there.',
    }),
    filesCompared: t.exposeInt('filesCompared', { description: 'Files of the commit.' }),
    contentsCompared: t.exposeInt('contentsCompared', { description: 'Contents whose bytes were hashed.' }),
    differences: t.field({
      type: [VerificationDifference],
      description: 'What differs, up to a thousand. A full sync puts it right.',
      resolve: ({ differences }) => [...differences],
    }),
  }),
});

builder.objectFields(Branch, (t) => ({
  verification: t.field({
    type: BranchVerification,
    nullable: true,
    authScopes: { scope: 'SYNC' },
    description:
      'Compares what is kept with the source, object id by object id, trusting nothing that is kept and changing nothing. It reads everything, so it takes its time. Null where the branch was never synced.',
    resolve: async (branch, _args, context) => {
      if (branch.row === null) return null;
      const { projectId, repositoryId, name } = branch;
      const source = await context.openSource({ projectId, repositoryId });
      try {
        const signal = AbortSignal.any([context.signal, AbortSignal.timeout(600_000)]);
        return await verifyBranch(
          { database: context.database, source },
          { projectId, id: branch.row.id, name },
          signal,
        );
      } finally {
        await source.close();
      }
    },
  }),
}));
