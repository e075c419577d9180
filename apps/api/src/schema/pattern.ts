import { randomUUID } from 'node:crypto';
import { findEvidence } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { parseTenantId } from '../graphql/ids.ts';
import { MemoryEntry } from './memory-entry.ts';

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

export const Pattern = builder.prismaNode('Pattern', {
  nullable: true,
  id: { resolve: (pattern) => `${pattern.projectId}:${pattern.id}` },
  findUnique: (id) => ({ projectId_id: parseTenantId(id) ?? { projectId: randomUUID(), id: randomUUID() } }),
  description: 'Something a rule found in the code of a project, with evidence.',
  select: { projectId: true, id: true },
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
    evidence: t.field({
      type: [MemoryEntry],
      select: { evidence: true, projectId: true },
      description: 'The memory entries in which the pattern was found, 20 at most.',
      resolve: async ({ evidence, projectId }, _args, { reads }) => {
        const ids = evidence.slice(0, MOST_EVIDENCE);
        const entries = await Promise.all(ids.map((id) => findEvidence(reads, projectId, id)));
        return entries.filter((entry) => entry !== null);
      },
    }),
  }),
});
