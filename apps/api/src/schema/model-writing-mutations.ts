import { requestPage, setModelPages } from '@project-sync/db';
import { canHaveModelPart } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId } from '../graphql/ids.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs, requireRole } from '../graphql/require-role.ts';
import { projectResult } from './project-mutations.ts';

interface WritingKeys {
  readonly documentKey: { readonly projectId: string; readonly id: string };
  readonly syncKey: { readonly projectId: string; readonly id: string };
}

const WriteDocumentInput = builder.inputType('WriteDocumentInput', {
  description: 'A generated page, and whether the language model is to add to it.',
  fields: (t) => ({
    documentId: t.id({
      required: true,
      description:
        'The ID of a generated page of a current snapshot: an overview, the architecture, the conventions or a module.',
    }),
    isWanted: t.boolean({
      required: false,
      defaultValue: true,
      description: 'False withdraws an earlier request: the page goes back to its generated text.',
    }),
  }),
});

builder.mutationField('writeDocument', (t) =>
  t.field({
    type: mutationResult<WritingKeys>('WriteDocument', {
      description: 'The request is recorded, and a sync of the branch fulfils it.',
      fields: (success) => ({
        document: success.prismaField({
          type: 'Document',
          description: 'The page as it stands until then.',
          resolve: (query, { documentKey }, _args, { prisma }) =>
            prisma.document.findUniqueOrThrow({ ...query, where: { projectId_id: documentKey } }),
        }),
        sync: success.prismaField({
          type: 'ProjectSync',
          description:
            'The sync that writes the page. One that was active already may be past that phase; then the next one does it.',
          resolve: (query, { syncKey }, _args, { prisma }) =>
            prisma.projectSync.findUniqueOrThrow({ ...query, where: { projectId_id: syncKey } }),
        }),
      }),
    }),
    authScopes: { scope: 'WRITE' },
    description:
      'Asks the language model to add to a generated page, now and whenever the page or the files it quotes change on this branch. Document.modelTokens says before what it may cost, SyncStats.modelTokens after. Each of its statements quotes lines of the snapshot, or is dropped. Needs the scope WRITE and the role EDITOR.',
    args: { input: t.arg({ type: WriteDocumentInput, required: true, description: 'The page to add to.' }) },
    resolve: (_root, { input }, context) => write(input, context),
  }),
);

const SetModelWritingInput = builder.inputType('SetModelWritingInput', {
  description: 'A project, and whether the language model adds to all of its pages.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project.' }),
    isOn: t.boolean({
      required: true,
      description: 'Whether it adds to every page that can have a part by it, from the next sync on.',
    }),
  }),
});

builder.mutationField('setModelWriting', (t) =>
  t.field({
    type: projectResult('SetModelWriting', 'The setting was changed.', 'The project with its new setting.'),
    authScopes: { scope: 'ADMIN' },
    description:
      'Turns the parts by the language model on or off for all pages of a project, within the limits of tokens that the operator has set. Needs the scope ADMIN and the role OWNER.',
    args: {
      input: t.arg({
        type: SetModelWritingInput,
        required: true,
        description: 'The project, and the setting.',
      }),
    },
    resolve: (_root, { input }, context) => set(input, context),
  }),
);

async function write(
  { documentId, isWanted }: typeof WriteDocumentInput.$inferInput,
  context: ApiContext,
): Promise<Failure | WritingKeys> {
  const { prisma, modelWriting, database, jobs } = context;
  const key = tenantId(documentId, 'Document');
  const found = key === null ? null : await prisma.document.findUnique({ where: { projectId_id: key } });
  if (key === null || found === null) return notFound('document');
  const { projectId } = key;
  const refused = await requireRole(context, projectId, 'EDITOR');
  if (refused !== null) return refused;
  if (
    found.kind !== 'GENERATED' ||
    found.superseded !== null ||
    found.branchId === null ||
    !canHaveModelPart(found.path)
  )
    return failed(
      'ConflictError',
      'PAGE_NOT_WRITABLE',
      'The language model adds to the overview, the architecture, the conventions and the modules of a current snapshot alone.',
    );
  if (modelWriting === null && isWanted !== false)
    return failed(
      'ConflictError',
      'MODEL_NOT_CONFIGURED',
      'This server has no language model. Its operator sets LLM_BASE_URL and LLM_MODEL.',
    );
  const branch = await prisma.branch.findUnique({
    where: { projectId_id: { projectId, id: found.branchId }, removedAt: null },
  });
  if (branch === null) return notFound('branch');
  const sync = await requestPage(database, jobs, {
    projectId,
    repositoryId: branch.repositoryId,
    branchId: branch.id,
    branch: branch.name,
    path: found.path,
    isWanted: isWanted !== false,
    userId: context.viewer?.userId ?? null,
  });
  return { documentKey: key, syncKey: { projectId, id: sync.id } };
}

async function set(
  { projectId: globalId, isOn }: typeof SetModelWritingInput.$inferInput,
  context: ApiContext,
) {
  const project = await projectAs('OWNER', globalId, context);
  if ('failure' in project) return project;
  const { projectId } = project;
  const isDone = await setModelPages(context.database, {
    projectId,
    isOn,
    userId: context.viewer?.userId ?? null,
  });
  return isDone ? { projectId } : notFound('project');
}
