import { builder } from '../graphql/builder.ts';
import { checkPage } from '../graphql/pagination.ts';
import { Pattern } from './pattern.ts';
import { changedPatternsOf } from './pattern-list.ts';
import { Document } from './document.ts';
import { ProjectSync } from './sync.ts';
import { User } from './user.ts';

const ApiChangeKind = builder.enumType('ApiChangeKind', {
  description: 'The way in which an exported symbol changed.',
  values: {
    ADDED: { description: 'The symbol is new, or newly exported.' },
    CHANGED: { description: 'The signature of the symbol changed.' },
    REMOVED: { description: 'The symbol went, or is not exported any more.' },
  },
});

interface ApiChangeView {
  readonly kind: typeof ApiChangeKind.$inferType;
  readonly qualifiedName: string;
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

const ApiChange = builder.objectRef<ApiChangeView>('ApiChange').implement({
  description: 'One exported symbol that a sync changed.',
  fields: (t) => ({
    kind: t.field({
      type: ApiChangeKind,
      description: 'The way in which the symbol changed.',
      resolve: ({ kind }) => kind,
    }),
    qualifiedName: t.exposeString('qualifiedName', {
      description: 'The name with the definitions around it, such as Router.add.',
    }),
    path: t.exposeString('path', { description: 'The path of the file that defines the symbol.' }),
    before: t.exposeString('before', {
      nullable: true,
      description: 'The signature before the sync; null for a new symbol.',
    }),
    after: t.exposeString('after', {
      nullable: true,
      description: 'The signature after the sync; null for a symbol that went.',
    }),
  }),
});

interface ChangesView {
  readonly projectId: string;
  readonly syncId: string;
  readonly branchId: string;
  readonly number: number;
  readonly symbolsAdded: number;
  readonly symbolsRemoved: number;
  readonly apiChanges: readonly ApiChangeView[];
  readonly documentsReused: number;
}

const KnowledgeChanges = builder.objectRef<ChangesView>('KnowledgeChanges').implement({
  description: 'The changes that a sync made to what is known of the code.',
  fields: (t) => ({
    symbolsAdded: t.exposeInt('symbolsAdded', { description: 'The number of new symbols of files.' }),
    symbolsRemoved: t.exposeInt('symbolsRemoved', {
      description: 'The number of symbols that went from files.',
    }),
    apiChanges: t.field({
      type: [ApiChange],
      description:
        'The exported symbols whose signature changed or that went, which callers elsewhere may trip over, then new ones.',
      args: {
        first: t.arg.int({
          required: false,
          defaultValue: 20,
          description: 'The number of changes to return, 0 to 100.',
        }),
      },
      resolve: ({ apiChanges }, args) => {
        checkPage(args);
        return apiChanges.slice(0, args.first ?? 20);
      },
    }),
    patternsAppeared: t.field({
      type: [Pattern],
      description: 'The patterns that the sync saw first, the gravest first, 100 at most.',
      resolve: (changes, _args, context) => changedPatternsOf(changes, 'APPEARED', context),
    }),
    patternsGone: t.field({
      type: [Pattern],
      description: 'The patterns that the sync did not see any more, the gravest first, 100 at most.',
      resolve: (changes, _args, context) => changedPatternsOf(changes, 'GONE', context),
    }),
    documentsRewritten: t.prismaField({
      type: [Document],
      description: 'The generated pages whose text the sync made necessary, by path.',
      args: {
        first: t.arg.int({
          required: false,
          defaultValue: 100,
          description: 'The number of pages to return, 0 to 100.',
        }),
      },
      resolve: (query, { projectId, branchId, syncId }, args, { prisma }) => {
        checkPage(args);
        return prisma.document.findMany({
          ...query,
          where: { projectId, branchId, syncId, kind: 'GENERATED' },
          orderBy: { path: 'asc' },
          take: args.first ?? 100,
        });
      },
    }),
    documentsReused: t.exposeInt('documentsReused', {
      description: 'The number of generated pages that the sync left as they were.',
    }),
  }),
});

builder.prismaObjectFields(ProjectSync, (t) => ({
  knowledgeChanges: t.field({
    type: KnowledgeChanges,
    nullable: true,
    description: 'The changes to what is known of the code; null until the analysis of the sync is done.',
    select: {
      analyzedAt: true,
      knowledgeChanges: true,
      projectId: true,
      id: true,
      branchId: true,
      number: true,
    },
    resolve: ({ analyzedAt, knowledgeChanges, projectId, id: syncId, branchId, number }) =>
      analyzedAt === null
        ? null
        : { projectId, syncId, branchId, number: number ?? 0, ...changesOf(knowledgeChanges) },
  }),
  requestedBy: t.prismaField({
    type: User,
    nullable: true,
    description: 'The user who asked for the sync; null where a webhook or schedule did.',
    select: { requestedBy: true },
    resolve: (query, { requestedBy: id }, _args, { prisma }) =>
      id === null ? null : prisma.user.findUnique({ ...query, where: { id } }),
  }),
}));

/** The stored counts. The storage wrote them in this very form. */
function changesOf(
  stored: unknown,
): Pick<ChangesView, 'symbolsAdded' | 'symbolsRemoved' | 'apiChanges' | 'documentsReused'> {
  const found = stored as Partial<ChangesView> | null;
  return {
    symbolsAdded: found?.symbolsAdded ?? 0,
    symbolsRemoved: found?.symbolsRemoved ?? 0,
    apiChanges: found?.apiChanges ?? [],
    documentsReused: found?.documentsReused ?? 0,
  };
}
