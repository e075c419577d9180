import { randomUUID } from 'node:crypto';
import { entryAtLine, findEvidence, isTurnedDown, judgedRule } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { parseTenantId } from '../graphql/ids.ts';
import { MemoryEntry } from './memory-entry.ts';
import {
  newestOf,
  numberOf,
  occurrencesOf,
  PatternOccurrence,
  placesOf,
  type PatternRow,
} from './pattern-occurrence.ts';
import { Certainty } from './symbol.ts';
import { User } from './user.ts';

const MOST_EVIDENCE = 20;

export const PatternKind = builder.enumType('PatternKind', {
  description: 'The subject of a pattern.',
  values: {
    ARCHITECTURE: { description: 'How the parts of the code depend on each other.' },
    NAMING: { description: 'How files, types and functions are named.' },
    SECURITY: { description: 'Something that protects against attacks or enables them.' },
    TESTING: { description: 'How the code is tested, or where it is not.' },
    DEPENDENCY: { description: 'A library or service the code relies on.' },
    ANTI_PATTERN: { description: 'A construction that is better avoided.' },
    SUCCESS: { description: 'An approach that worked well.' },
    PAIN: { description: 'A problem that keeps coming back.' },
    SOLUTION: { description: 'An approach that solved a recurring problem.' },
    TOOL: { description: 'A tool that is used to work on the code.' },
  },
});
export const Severity = builder.enumType('Severity', {
  description: 'How urgent a pattern is.',
  values: {
    LOW: { description: 'Good to know; no action is needed.' },
    MEDIUM: { description: 'Should be looked at some day.' },
    HIGH: { description: 'Should be looked at soon.' },
    CRITICAL: { description: 'Should be looked at immediately.' },
  },
});

export const PatternState = builder.enumType('PatternState', {
  description: 'The decision of people about a pattern.',
  values: {
    OPEN: { description: 'There is no decision about the pattern yet.' },
    ACCEPTED: { description: 'The pattern is right and worth a change of the code.' },
    DISMISSED: {
      description: 'The pattern is wrong or of no use, and stays hidden while its evidence stays the same.',
    },
  },
});

interface JudgementView {
  readonly state: typeof PatternState.$inferType;
  readonly reason: string | null;
  readonly judgedBy: string | null;
  readonly judgedAt: Date;
}

const PatternJudgement = builder.objectRef<JudgementView>('PatternJudgement').implement({
  description: 'A decision of a person about a pattern.',
  fields: (t) => ({
    state: t.field({
      type: PatternState,
      description: 'The state that the person chose.',
      resolve: ({ state }) => state,
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The reason; null where none was given.',
    }),
    judgedAt: t.expose('judgedAt', { type: 'DateTime', description: 'The time of the decision.' }),
    judgedBy: t.prismaField({
      type: User,
      nullable: true,
      description: 'The user who decided; null for one who was removed.',
      resolve: (query, { judgedBy: id }, _args, { prisma }) =>
        id === null ? null : prisma.user.findUnique({ ...query, where: { id } }),
    }),
  }),
});

async function judgementOf(
  { projectId, id, hash: evidence }: PatternRow,
  { prisma }: ApiContext,
): Promise<JudgementView | null> {
  // A pattern that no rule found is judged by itself.
  const hash = evidence === '' ? id : evidence;
  const found = await prisma.patternJudgement.findUnique({ where: { projectId_hash: { projectId, hash } } });
  // A check of the table admits no other states.
  return found as JudgementView | null;
}

export const Pattern = builder.prismaNode('Pattern', {
  nullable: true,
  id: { resolve: (pattern) => `${pattern.projectId}:${pattern.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description: 'Something a rule found in the code of a project, with evidence.',
  fields: (t) => ({
    kind: t.expose('kind', { type: PatternKind, description: 'The subject of the pattern.' }),
    title: t.exposeString('title', { description: 'A short name for the pattern.' }),
    description: t.exposeString('description', { description: 'A text that explains the pattern.' }),
    severity: t.expose('severity', {
      type: Severity,
      nullable: true,
      description: 'How urgent the pattern is; null if it needs no action.',
    }),
    frequency: t.exposeInt('frequency', { description: 'The number of times the pattern was found.' }),
  }),
});

builder.prismaObjectFields(Pattern, (t) => ({
  detector: t.exposeString('detector', {
    description: 'The name of the rule that found the pattern, such as import-cycle.',
  }),
  detectorVersion: t.exposeInt('detectorVersion', { description: 'The version of that rule.' }),
  certainty: t.field({
    type: Certainty,
    description: 'How sure the finding is.',
    // The rules know no other values.
    resolve: ({ certainty }) => certainty as typeof Certainty.$inferType,
  }),
  suggestion: t.exposeString('suggestion', {
    nullable: true,
    description: 'A proposal to improve the code; null where there is none.',
  }),
  state: t.field({
    type: PatternState,
    description: 'The decision of people about the pattern.',
    resolve: async (pattern, _args, context) => (await judgementOf(pattern, context))?.state ?? 'OPEN',
  }),
  judgement: t.field({
    type: PatternJudgement,
    nullable: true,
    description: 'The author, time and reason of that decision; null for a pattern without one.',
    resolve: (pattern, _args, context) => judgementOf(pattern, context),
  }),
}));

builder.prismaObjectFields(Pattern, (t) => ({
  isTurnedDown: t.boolean({
    description:
      'Whether its rule is turned down, because people of this project dismissed more than one in ten of its findings: these come last.',
    resolve: async ({ projectId, detector }, _args, { reads }) =>
      isTurnedDown(await judgedRule(reads, projectId, detector)),
  }),
  isNew: t.boolean({
    description: 'Whether the sync of the snapshot saw it first.',
    resolve: async (pattern, _args, context) =>
      pattern.appeared &&
      pattern.firstSeen !== null &&
      pattern.firstSeen === (await numberOf(pattern, context)),
  }),
  firstSeen: t.prismaField({
    type: 'ProjectSync',
    nullable: true,
    description:
      'The first of the consecutive syncs of the branch that saw it; null for a pattern of no branch.',
    resolve: (query, { projectId, branchId, firstSeen: number }, _args, { prisma }) =>
      branchId === null || number === null
        ? null
        : prisma.projectSync.findUnique({
            ...query,
            where: { projectId_branchId_number: { projectId, branchId, number } },
          }),
  }),
  lastSeen: t.prismaField({
    type: 'ProjectSync',
    nullable: true,
    description: 'The newest sync of the branch that saw it; null for a pattern of no branch.',
    resolve: async (query, pattern, _args, context) => {
      const { projectId, branchId } = pattern;
      const number = await newestOf(pattern, context);
      return branchId === null || number === null
        ? null
        : context.prisma.projectSync.findUnique({
            ...query,
            where: { projectId_branchId_number: { projectId, branchId, number } },
          });
    },
  }),
  evidence: t.field({
    type: [MemoryEntry],
    description: 'The memory entries in which the pattern was found, 20 at most.',
    resolve: (pattern, _args, context) => evidenceOf(pattern, context),
  }),
  occurrences: t.connection(
    {
      type: PatternOccurrence,
      description: 'The places where the pattern was found.',
      resolve: (pattern, args, context) => occurrencesOf(pattern, args, context),
    },
    ...connectionFor('PatternOccurrence'),
  ),
}));

async function evidenceOf(pattern: PatternRow, context: ApiContext) {
  const { evidence, projectId } = pattern;
  const ids =
    evidence.length > 0 ? evidence.slice(0, MOST_EVIDENCE) : await entriesAtPlaces(pattern, context);
  const distinct = [...new Set(ids.filter((id) => id !== null))];
  const entries = await Promise.all(distinct.map((id) => findEvidence(context.reads, projectId, id)));
  return entries.filter((entry) => entry !== null);
}

/** The memory entries at the places of a pattern. */
async function entriesAtPlaces(pattern: PatternRow, context: ApiContext): Promise<(bigint | null)[]> {
  const { places, projectId, branchId } = pattern;
  const number = await numberOf(pattern, context);
  if (branchId === null || number === null) return [];
  return Promise.all(
    placesOf(places)
      .slice(0, MOST_EVIDENCE)
      .map(({ path, startLine: line }) =>
        entryAtLine(context.reads, projectId, { branchId, number, path, line }),
      ),
  );
}
