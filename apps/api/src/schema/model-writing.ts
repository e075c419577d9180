import { modelMaterial, modelTokensOfMonth } from '@project-sync/db';
import { estimatedTokens } from '@project-sync/knowledge';
import { canHaveModelPart } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import { Document } from './document.ts';
import { Project } from './project.ts';

interface ModelWritingView {
  readonly projectId: string;
  readonly isOn: boolean;
}

const ModelWriting = builder.objectRef<ModelWritingView>('ModelWriting').implement({
  description:
    'The language model of this server, and what the project spends on it. It adds a marked part to generated pages; these are complete without it.',
  fields: (t) => ({
    model: t.string({
      nullable: true,
      description: 'The name of the model; null where the operator has configured none.',
      resolve: (_view, _args, { modelWriting }) => modelWriting?.model ?? null,
    }),
    isOn: t.exposeBoolean('isOn', {
      description:
        'Whether it adds to every page that can have a part by it; otherwise to those that users asked for.',
    }),
    tokensThisMonth: t.int({
      description: 'The tokens the project has spent in this calendar month, by UTC.',
      resolve: ({ projectId }, _args, { reads }) => modelTokensOfMonth(reads, projectId),
    }),
    tokensPerMonth: t.int({
      nullable: true,
      description: 'The most tokens a project may spend in a calendar month; null without a model.',
      resolve: (_view, _args, { modelWriting }) => modelWriting?.limits.perMonth ?? null,
    }),
    tokensPerSync: t.int({
      nullable: true,
      description: 'The most tokens one sync may spend; null without a model.',
      resolve: (_view, _args, { modelWriting }) => modelWriting?.limits.perSync ?? null,
    }),
  }),
});

builder.prismaObjectField(Project, 'modelWriting', (t) =>
  t.field({
    type: ModelWriting,
    select: { modelPages: true },
    description: 'The language model that adds to generated pages, and what it has cost.',
    resolve: ({ id, modelPages }) => ({ projectId: id, isOn: modelPages }),
  }),
);

builder.prismaObjectField(Document, 'modelTokens', (t) =>
  t.int({
    nullable: true,
    select: { projectId: true, id: true, kind: true, path: true, superseded: true },
    description:
      'The most tokens a part by the language model would cost now, estimated before anything is sent; null where there is no model, or where the document can have no such part.',
    resolve: async ({ projectId, id, kind, path, superseded }, _args, { reads, modelWriting }) => {
      const isPossible = kind === 'GENERATED' && superseded === null && canHaveModelPart(path);
      if (modelWriting === null || !isPossible) return null;
      const characters = await modelMaterial(reads, projectId, id);
      return characters === null ? null : estimatedTokens(characters);
    },
  }),
);
