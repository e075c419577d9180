import { randomUUID } from 'node:crypto';
import { putDocument, removeDocument } from '@project-sync/db';
import { documentPassages } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId } from '../graphql/ids.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs, requireRole } from '../graphql/require-role.ts';
import { Authority } from './document.ts';
import { placeOf } from './document-place.ts';
import { writtenText } from './written-text.ts';

interface DocumentKey {
  readonly documentKey: { readonly projectId: string; readonly id: string };
}

const documentResult = (mutation: string, done: string, description: string) =>
  mutationResult<DocumentKey>(mutation, {
    description: done,
    fields: (success) => ({
      document: success.prismaField({
        type: 'Document',
        description,
        resolve: (query, { documentKey }, _args, { prisma }) =>
          prisma.document.findUniqueOrThrow({ ...query, where: { projectId_id: documentKey } }),
      }),
    }),
  });

const PutDocumentInput = builder.inputType('PutDocumentInput', {
  description:
    'The document to store. It replaces the current document at the same path, or with the same title if it has no path.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The ID of the project to store the document in.' }),
    title: t.string({ required: true, description: 'The title of the document, 1 to 300 characters.' }),
    content: t.string({
      required: true,
      description: 'The text of the document as Markdown, 1 to 1,000,000 characters.',
    }),
    authority: t.field({
      type: Authority,
      required: false,
      defaultValue: 'INFORMATIONAL',
      description: 'How binding the document is; INFORMATIONAL by default.',
    }),
    path: t.string({
      required: false,
      description:
        'Where the document stands among the documents, such as modules/src/router. At the path of a generated page it is an addition, which each rewriting of the page leaves as it is.',
    }),
    scope: t.stringList({
      required: false,
      description: 'The folders the document speaks for, such as src/router; 100 at most. All by default.',
    }),
    repositoryId: t.id({
      required: false,
      description: 'The one repository the document stands beside; every repository by default.',
    }),
  }),
});

builder.mutationField('putDocument', (t) =>
  t.field({
    type: documentResult('PutDocument', 'The document was stored.', 'The document that was stored.'),
    authScopes: { scope: 'WRITE' },
    description:
      'Stores a document in the project. An earlier one at the same path, or with the same title if it has no path, is superseded, not deleted. Search finds its sections by their words at once, and by meaning after the next embedding. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({ type: PutDocumentInput, required: true, description: 'The document to store.' }),
    },
    resolve: (_root, { input }, context) => put(input, context),
  }),
);

const RemoveDocumentInput = builder.inputType('RemoveDocumentInput', {
  description: 'The document to remove.',
  fields: (t) => ({
    documentId: t.id({ required: true, description: 'The ID of the document to remove.' }),
  }),
});

builder.mutationField('removeDocument', (t) =>
  t.field({
    type: documentResult('RemoveDocument', 'The document was removed.', 'The document that was removed.'),
    authScopes: { scope: 'WRITE' },
    description:
      'Removes a document that a user wrote from the lists of documents. It is superseded, not deleted: its ID still finds it. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({ type: RemoveDocumentInput, required: true, description: 'The document to remove.' }),
    },
    resolve: (_root, { input }, context) => remove(input.documentId, context),
  }),
);

async function put(
  input: typeof PutDocumentInput.$inferInput,
  context: ApiContext,
): Promise<Failure | DocumentKey> {
  const project = await projectAs('EDITOR', input.projectId, context);
  if ('failure' in project) return project;
  const written = writtenText(input);
  if ('failure' in written) return written;
  const text = { title: context.redact(written.title), content: context.redact(written.content) };
  const { projectId } = project;
  const place = placeOf(input);
  if ('failure' in place) return place;
  const repository = await repositoryOf(input.repositoryId ?? null, projectId, context);
  if (repository !== null && 'failure' in repository) return repository;
  const id = randomUUID();
  const document = {
    ...text,
    ...place,
    projectId,
    id,
    repositoryId: repository?.id ?? null,
    authority: input.authority ?? 'INFORMATIONAL',
    authorId: context.viewer?.userId ?? null,
    passages: documentPassages(text.title, text.content),
  };
  await context.sql((sql) => putDocument(sql, document));
  return { documentKey: { projectId, id } };
}

/** The repository of the project that a global ID names; null where none is named. */
async function repositoryOf(
  globalId: string | null,
  projectId: string,
  { prisma }: ApiContext,
): Promise<Failure | { readonly id: string } | null> {
  if (globalId === null) return null;
  const key = tenantId(globalId, 'Repository');
  if (key?.projectId !== projectId) return notFound('repository');
  const found = await prisma.repository.findUnique({ where: { projectId_id: key, removedAt: null } });
  return found === null ? notFound('repository') : { id: found.id };
}

async function remove(globalId: string, context: ApiContext): Promise<Failure | DocumentKey> {
  const documentKey = tenantId(globalId, 'Document');
  if (documentKey === null) return notFound('document');
  const found = await context.prisma.document.findUnique({ where: { projectId_id: documentKey } });
  if (found === null) return notFound('document');
  const refused = await requireRole(context, documentKey.projectId, 'EDITOR');
  if (refused !== null) return refused;
  if (found.kind !== 'WRITTEN')
    return failed(
      'ConflictError',
      'DOCUMENT_NOT_WRITTEN',
      'Only a document that a user wrote can be removed. This one follows from the repository.',
    );
  await context.sql((sql) => removeDocument(sql, documentKey));
  return { documentKey };
}
