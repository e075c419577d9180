import { randomUUID } from 'node:crypto';
import { putDocument } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { mutationResult, type Failure } from '../graphql/mutation-result.ts';
import { projectAs } from '../graphql/require-role.ts';
import { Authority } from './document.ts';
import { writtenText } from './written-text.ts';

interface DocumentKey {
  readonly documentKey: { readonly projectId: string; readonly id: string };
}

const PutDocumentInput = builder.inputType('PutDocumentInput', {
  description: 'The document to store. It replaces the current document with the same title.',
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
  }),
});

builder.mutationField('putDocument', (t) =>
  t.field({
    type: mutationResult<DocumentKey>('PutDocument', {
      description: 'The document was stored.',
      fields: (success) => ({
        document: success.prismaField({
          type: 'Document',
          description: 'The document that was stored.',
          resolve: (query, { documentKey }, _args, { prisma }) =>
            prisma.document.findUniqueOrThrow({ ...query, where: { projectId_id: documentKey } }),
        }),
      }),
    }),
    authScopes: { scope: 'WRITE' },
    description:
      'Stores a document in the project. An earlier one with the same title is superseded, not deleted. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({ type: PutDocumentInput, required: true, description: 'The document to store.' }),
    },
    resolve: (_root, { input }, context) => put(input, context),
  }),
);

async function put(
  input: typeof PutDocumentInput.$inferInput,
  context: ApiContext,
): Promise<Failure | DocumentKey> {
  const project = await projectAs('EDITOR', input.projectId, context);
  if ('failure' in project) return project;
  const text = writtenText(input);
  if ('failure' in text) return text;
  const written = { ...project, ...text };
  const id = randomUUID();
  const authority = input.authority ?? 'INFORMATIONAL';
  const authorId = context.viewer?.userId ?? null;
  await context.sql((sql) => putDocument(sql, { ...written, id, authority, authorId }));
  return { documentKey: { projectId: written.projectId, id } };
}
