import {
  countInsights,
  findEvidence,
  findInsight,
  listInsights,
  surroundingsOf,
  type Evidence,
  type InsightSurroundings,
  type PlacedEntry,
  type StoredInsight,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { parseTenantId, textOf } from '../graphql/ids.ts';
import { badCursor, checkForwardPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { MemoryEntry } from './memory-entry.ts';
import { Severity } from './pattern.ts';
import { Project } from './project.ts';

interface ShownEvidence {
  readonly evidence: Evidence;
  readonly entry: PlacedEntry;
}

const InsightEvidence = builder.objectRef<ShownEvidence>('InsightEvidence').implement({
  description: 'A sentence that an insight rests on.',
  fields: (t) => ({
    entry: t.field({
      type: MemoryEntry,
      description: 'The letter, note or decision that contains the sentence.',
      resolve: ({ entry }) => entry,
    }),
    quote: t.string({
      description: 'The very characters of the sentence in the content of the entry.',
      resolve: ({ evidence }) => evidence.quote,
    }),
    at: t.field({
      type: 'DateTime',
      description: 'The date of the letter, or the time at which the note was written.',
      resolve: ({ evidence }) => evidence.at,
    }),
  }),
});

export const Insight = builder.objectRef<StoredInsight>('Insight');
builder.node(Insight, {
  description:
    'A statement of letters, notes and recorded decisions of a project, with all that say the same. Of the other projects that the viewer may see, the statements alike count as well.',
  id: { resolve: ({ projectId, id }) => `${projectId}:${id}` },
  isTypeOf: (value) => value instanceof Object && 'isModelWritten' in value && 'entryId' in value,
  loadOne: (id, { reads }: ApiContext) => {
    const key = parseTenantId(id);
    return key === null ? Promise.resolve(null) : findInsight(reads, key.projectId, key.id);
  },
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The statement in short.' }),
    detail: t.exposeString('detail', { description: 'The statement as it was written first.' }),
    category: t.exposeString('category', {
      description: 'One of success, pain, solution, pattern, tool, architecture and decision.',
    }),
    severity: t.expose('severity', {
      type: Severity,
      nullable: true,
      description: 'How urgent a pain is; null for other categories.',
    }),
    suggestion: t.string({
      nullable: true,
      description: 'The latest solution of a pain; null if none is known.',
      resolve: async (insight, _args, context) =>
        insight.suggestion ??
        (insight.category === 'pain' ? solutionOf(await around(insight, context)) : null),
    }),
    isModelWritten: t.exposeBoolean('isModelWritten', {
      description: 'Whether a language model wrote the text; its evidence is quoted all the same.',
    }),
    frequency: t.int({
      description:
        'The number of letters, notes and decisions that say so, as far as the viewer may read them.',
      resolve: async (insight, _args, context) => {
        const { evidence } = await around(insight, context);
        return Math.max(1, new Set(evidence.map(({ projectId, source }) => `${projectId} ${source}`)).size);
      },
    }),
    evidence: t.field({
      type: [InsightEvidence],
      description:
        'The sentences that say so, oldest first, 100 at most; only those that the viewer may read.',
      resolve: (insight, _args, context) => shownEvidence(insight, context),
    }),
    writtenAt: t.field({
      type: 'DateTime',
      description: 'The date at which the statement was written first.',
      resolve: ({ writtenAt }) => writtenAt,
    }),
  }),
});

builder.objectFields(Insight, (t) => ({
  pairedWith: t.field({
    type: [Insight],
    description: 'The solutions of a pain, or the pains that a solution answers; the latest first.',
    resolve: async (insight, _args, context) => relatedBy('answer', await around(insight, context)),
  }),
  contradicts: t.field({
    type: [Insight],
    description: 'The insights that say the opposite; the latest first.',
    resolve: async (insight, _args, context) => relatedBy('contradiction', await around(insight, context)),
  }),
  isLeading: t.boolean({
    description: 'Whether no later insight says the opposite.',
    resolve: async (insight, _args, context) =>
      !(await around(insight, context)).related.some(({ isLater }) => isLater),
  }),
}));

builder.prismaObjectField(Project, 'insights', (t) =>
  t.connection(
    {
      type: Insight,
      description: 'The insights of the project, the latest first.',
      args: {
        categories: t.arg.stringList({
          required: false,
          description: 'Only insights of these categories, such as pain; all categories by default.',
        }),
      },
      resolve: ({ id }, args, context) => insightsOf(id, args, context),
    },
    ...connectionFor('Insight'),
  ),
);

const MOST_EVIDENCE = 100;

const around = ({ projectId, id }: StoredInsight, { reads }: ApiContext): Promise<InsightSurroundings> =>
  surroundingsOf(reads, { projectId, id });

function relatedBy(wanted: 'answer' | 'contradiction', { related }: InsightSurroundings): StoredInsight[] {
  return related
    .filter(({ kind }) => kind === wanted)
    .map(({ insight }) => insight)
    .toSorted((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime());
}

const solutionOf = (surroundings: InsightSurroundings): string | null =>
  relatedBy('answer', surroundings)[0]?.detail ?? null;

async function shownEvidence(insight: StoredInsight, context: ApiContext): Promise<ShownEvidence[]> {
  const { evidence } = await around(insight, context);
  // One from before consolidation, or of a model, rests on its own text.
  const own = { ...insight, source: 'insight', quote: insight.detail, at: insight.writtenAt };
  const shown = (evidence.length === 0 ? [own] : evidence).slice(0, MOST_EVIDENCE);
  const entries = await Promise.all(
    shown.map(({ projectId, entryId }) => findEvidence(context.reads, projectId, entryId)),
  );
  return shown.flatMap((one, index) => {
    const entry = entries[index] ?? null;
    return entry === null ? [] : [{ evidence: one, entry }];
  });
}

async function insightsOf(
  projectId: string,
  args: {
    readonly categories?: readonly string[] | null | undefined;
    readonly first?: number | null | undefined;
    readonly after?: string | null | undefined;
  },
  { reads }: ApiContext,
) {
  checkForwardPage(args);
  const first = args.first ?? 20;
  const list = `insights ${projectId}`;
  const after = decodeCursor(args.after, list);
  if (after !== null && parseTenantId(`${projectId}:${after}`) === null) throw badCursor();
  const categories = args.categories?.map((category) => textOf(category)) ?? null;
  const rows = await reads.inProject(projectId, (sql) =>
    listInsights(sql, projectId, { categories, after, first: first + 1 }),
  );
  return connectionOf(rows, first, ({ id }) => id, {
    list,
    after: after !== null,
    total: () => reads.inProject(projectId, (sql) => countInsights(sql, projectId, categories)),
  });
}
