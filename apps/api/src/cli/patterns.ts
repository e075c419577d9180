import { z } from 'zod';
import { EXIT, type Command } from './command.ts';
import { onOneLine } from './output.ts';
import { storedSnapshots } from './stored-snapshots.ts';

const FIRST = 40;

const answer = z.object({
  node: z
    .object({
      snapshot: z
        .object({
          patterns: z.object({
            totalCount: z.number(),
            nodes: z.array(
              z.object({
                id: z.string(),
                detector: z.string(),
                kind: z.string(),
                severity: z.string().nullable(),
                certainty: z.string(),
                title: z.string(),
                suggestion: z.string().nullable(),
                isNew: z.boolean(),
                occurrences: z.object({
                  nodes: z.array(z.object({ path: z.string(), startLine: z.number(), endLine: z.number() })),
                }),
              }),
            ),
          }),
          patternRules: z.array(z.object({ detector: z.string(), isTurnedDown: z.boolean() })),
        })
        .nullable(),
    })
    .nullable(),
});

type Answer = z.infer<typeof answer>;
type Found = NonNullable<NonNullable<Answer['node']>['snapshot']>;

/** Lists what the analysis found, the most urgent first. */
export const patterns: Command = async ({ client, flags, say }) => {
  const rows: ReturnType<typeof rowsOf> = [];
  const notes: string[] = [];
  for (const { syncId, project } of await storedSnapshots(client, flags)) {
    const { node } = await client.ask(
      answer,
      'query ($id: ID!, $first: Int) { node(id: $id) { ... on ProjectSync { snapshot { patterns(first: $first) { totalCount nodes { id detector kind severity certainty title suggestion isNew occurrences(first: 100) { nodes { path startLine endLine } } } } patternRules { detector isTurnedDown } } } } }',
      { id: syncId, first: FIRST },
    );
    const snapshot = node?.snapshot ?? null;
    if (snapshot === null) continue;
    rows.push(...rowsOf(project, snapshot));
    notes.push(...notesOf(project, snapshot));
  }
  say([...rows.map(lineOf), ...notes].join('\n') || 'Nothing was found.', rows);
  return rows.length > 0 ? EXIT.done : EXIT.nothing;
};

function rowsOf(project: string, { patterns: { nodes } }: Found) {
  return nodes.map(({ occurrences, ...pattern }) => ({
    project,
    ...pattern,
    occurrences: occurrences.nodes,
  }));
}

function* notesOf(project: string, { patterns: { totalCount, nodes }, patternRules }: Found) {
  if (totalCount > nodes.length) yield `${totalCount - nodes.length} more in ${project}.`;
  for (const { detector, isTurnedDown } of patternRules)
    if (isTurnedDown)
      yield `${detector} is turned down in ${project}: more than one in ten of its findings were dismissed.`;
}

function lineOf({
  severity,
  isNew,
  title,
  suggestion,
  detector,
  occurrences,
}: ReturnType<typeof rowsOf>[number]) {
  const [first] = occurrences;
  const place = first === undefined ? '' : `  ${onOneLine(first.path)}:${first.startLine}`;
  const words = [`${severity?.toLowerCase() ?? 'note'}${isNew ? ', new' : ''}`, title, `[${detector}]`].join(
    '  ',
  );
  return `${words}${place}${suggestion === null ? '' : `\n    ${suggestion}`}`;
}
