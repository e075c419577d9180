import { verifyBranch, type DifferenceKind, type Verification } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import type { ApiContext } from '../graphql/context.ts';
import type { BranchView } from './branch-lookup.ts';

const LONGEST_MS = 600_000;

const VerificationKind = builder.enumType('VerificationKind', {
  description: 'How a stored file differs from the file at the source.',
  values: {
    NOT_KEPT: { description: 'The commit has the file, but it is not stored.' },
    NOT_AT_SOURCE: { description: 'The file is stored, but the commit does not have it.' },
    OTHER_CONTENT: { description: 'The stored mode or object ID differs from the one in the commit.' },
    DAMAGED: { description: 'The stored bytes do not hash to the object ID of the file.' },
    CONTENT_MISSING: { description: 'The file is listed, but none of its content is stored.' },
  } satisfies Record<DifferenceKind, object>,
});

const VerificationDifference = builder
  .objectRef<Verification['differences'][number] & { readonly of: string }>('VerificationDifference')
  .implement({
    description: 'One file whose stored state differs from the source.',
    fields: (t) => ({
      id: t.id({
        description: rowIdText,
        resolve: ({ of, path }) => rowId('VerificationDifference', of, path),
      }),
      path: t.exposeString('path', { description: 'The path of the file from the root of the repository.' }),
      kind: t.field({
        type: VerificationKind,
        description: 'How the stored file differs from the source.',
        resolve: ({ kind }) => kind,
      }),
    }),
  });

/** A verification of one branch. */
interface VerificationView extends Verification {
  readonly of: string;
}

export const BranchVerification = builder.objectRef<VerificationView>('BranchVerification').implement({
  description: 'The result of comparing everything stored of a branch with its source.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ of }) => rowId('BranchVerification', of) }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      description: 'The commit the stored state was compared with.',
    }),
    sourceOid: t.expose('sourceOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The head of the branch at the source; null when the branch is gone there.',
    }),
    filesCompared: t.exposeInt('filesCompared', { description: 'The number of files of the commit.' }),
    contentsCompared: t.exposeInt('contentsCompared', {
      description: 'The number of stored contents whose bytes were hashed.',
    }),
    differences: t.field({
      type: [VerificationDifference],
      description: 'The files that differ, 1,000 at most. A full sync repairs them.',
      resolve: ({ of, differences }) => differences.map((each) => ({ ...each, of })),
    }),
  }),
});

/** Compares a branch with its source; null where nothing of it is stored. */
export async function verificationOf(
  branch: BranchView,
  context: ApiContext,
): Promise<VerificationView | null> {
  if (branch.row === null) return null;
  const { projectId, repositoryId, name } = branch;
  const source = await context.openSource({ projectId, repositoryId });
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LONGEST_MS)]);
    const found = await verifyBranch(
      { database: context.database, source },
      { projectId, id: branch.row.id, name },
      signal,
    );
    return found === null ? null : { ...found, of: `${projectId}:${branch.row.id}` };
  } finally {
    await source.close();
  }
}
