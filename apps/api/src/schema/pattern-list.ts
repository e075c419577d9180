import {
  changedPatterns,
  isTurnedDown,
  judgedRules,
  snapshotPatterns,
  type JudgedRule,
  type PatternFilter,
  type SnapshotKey,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import type { ApiContext } from '../graphql/context.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { Pattern, PatternKind, PatternState, Severity } from './pattern.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';

/** As many as a person reads. */
const FIRST_SHOWN = 40;
const MOST_CHANGED = 100;

const PatternRule = builder.objectRef<JudgedRule>('PatternRule').implement({
  description: 'A rule of whose findings people have judged some.',
  fields: (t) => ({
    detector: t.exposeString('detector', { description: 'The name of the rule.' }),
    judged: t.exposeInt('judged', { description: 'The number of its findings that were judged.' }),
    dismissed: t.exposeInt('dismissed', { description: 'The number of those that were dismissed.' }),
    isTurnedDown: t.boolean({
      description:
        'Whether more than one in ten of at least ten were dismissed: the patterns of the rule then come last.',
      resolve: isTurnedDown,
    }),
  }),
});

builder.objectFields(Snapshot, (t) => ({
  patterns: t.connection(
    {
      type: Pattern,
      description:
        'The patterns of the snapshot, 40 at first: new ones, then by severity, then by certainty. Patterns of rules that people often dismiss come last.',
      args: {
        kinds: t.arg({
          type: [PatternKind],
          required: false,
          description: 'Only patterns of these kinds; all kinds by default.',
        }),
        severities: t.arg({
          type: [Severity],
          required: false,
          description: 'Only patterns of these severities; all by default.',
        }),
        states: t.arg({
          type: [PatternState],
          required: false,
          description: 'Only patterns in these states; those that were not dismissed by default.',
        }),
      },
      resolve: (snapshot, { kinds, severities, states, ...page }, context) =>
        patternsOf(
          snapshot,
          {
            filter: {
              kinds: kinds ?? null,
              severities: severities ?? null,
              states: states ?? ['OPEN', 'ACCEPTED'],
            },
            ...page,
          },
          context,
        ),
    },
    ...connectionFor('Pattern'),
  ),
  patternRules: t.field({
    type: [PatternRule],
    description: 'The rules of whose findings people of the project have judged some, by name.',
    resolve: ({ projectId }, _args, { reads }) =>
      reads.inProject(projectId, (sql) => judgedRules(sql, projectId)),
  }),
}));

async function patternsOf(
  snapshot: SnapshotView,
  page: {
    readonly filter: PatternFilter;
    readonly first?: number | null | undefined;
    readonly after?: string | null | undefined;
  },
  context: ApiContext,
) {
  checkForwardPage(page);
  const { projectId, branchId, number } = snapshot;
  const list = `patterns ${projectId} ${branchId} ${number} ${JSON.stringify(page.filter)}`;
  const offset = decodeNumber(page.after, list) ?? 0;
  const first = page.first ?? FIRST_SHOWN;
  const ids = await context.reads.inProject(projectId, (sql) => snapshotPatterns(sql, snapshot, page.filter));
  const rows = await rowsOf(snapshot, ids.slice(offset, offset + first + 1), context);
  let at = offset;
  return connectionOf(rows, first, () => String((at += 1)), {
    list,
    after: offset > 0,
    total: () => Promise.resolve(ids.length),
  });
}

/** The patterns that a sync saw first, or did not see any more. */
export async function changedPatternsOf(
  snapshot: SnapshotKey,
  change: 'APPEARED' | 'GONE',
  context: ApiContext,
) {
  const ids = await context.reads.inProject(snapshot.projectId, (sql) =>
    changedPatterns(sql, snapshot, change),
  );
  const seen = change === 'APPEARED' ? snapshot : { ...snapshot, number: snapshot.number - 1 };
  return rowsOf(seen, ids.slice(0, MOST_CHANGED), context);
}

/** The rows of some IDs in their order, each with the snapshot it is looked at in. */
async function rowsOf({ projectId, number }: SnapshotKey, ids: readonly string[], { prisma }: ApiContext) {
  if (ids.length === 0) return [];
  const rows = await prisma.pattern.findMany({ where: { projectId, id: { in: [...ids] } } });
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = found.get(id);
    return row === undefined ? [] : [{ ...row, asOf: number }];
  });
}
