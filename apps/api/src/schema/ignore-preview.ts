import { setImmediate as turn } from 'node:timers/promises';
import { findContent, snapshotFile, treatedPaths, type TreatedPath } from '@project-sync/db';
import { classifyPath, parseIgnoreRules, ruleProblems, type IgnoreRules } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { rowId, rowIdText, textOf } from '../graphql/ids.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';

/** The most characters of rules, and the most paths that are listed. */
export const LONGEST_RULES = 100_000;
const MOST_PATHS = 200;
/** The time for all paths, and the time at once: under thousands of rules each path takes a millisecond. */
const LONGEST_MS = 5000;
const MOST_MS_AT_ONCE = 10;

interface PreviewView {
  readonly snapshot: string;
  readonly leaving: readonly TreatedPath[];
  readonly returning: readonly TreatedPath[];
  readonly problems: ReturnType<typeof ruleProblems>;
  readonly isComplete: boolean;
}

const listed = (paths: readonly TreatedPath[]): string[] =>
  paths.slice(0, MOST_PATHS).map(({ path }) => path);
const bytesOf = (paths: readonly TreatedPath[]): number => paths.reduce((sum, { size }) => sum + size, 0);

const RuleProblem = builder.enumType('IgnoreRuleProblemKind', {
  description: 'Why a rule about paths does not do what its writer may have meant.',
  values: {
    TOO_MANY_LINES: { description: 'This line and those below it are not read: a text has too many.' },
    TOO_LONG: { description: 'No path is as long as the rule, so it matches none.' },
    TOO_COSTLY: { description: 'All rules together are too long: this one is left out.' },
    NAMES_NOTHING: { description: 'The rule has no name in it, so it matches nothing.' },
    OPEN_BRACKET: { description: 'A bracket is not closed, so it is a plain character of the name.' },
    BACKSLASH: { description: 'A backslash takes the next character as it is; folders end in a slash.' },
  },
});

const Problem = builder.objectRef<PreviewView['problems'][number]>('IgnoreRuleProblem').implement({
  description: 'A line of the rules that matches nothing, or something else than it looks like.',
  fields: (t) => ({
    line: t.exposeInt('line', { description: 'The number of the line, from 1.' }),
    problem: t.field({
      type: RuleProblem,
      description: 'The reason why the line is listed.',
      resolve: ({ problem }) => problem,
    }),
  }),
});

const IgnorePreview = builder.objectRef<PreviewView>('IgnorePreview').implement({
  description:
    'The files that other rules about paths would ignore or take back. Ignored files stay listed, without their text.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ snapshot }) => rowId('IgnorePreview', snapshot) }),
    leavingCount: t.int({
      description: 'The number of files whose text would no longer be searched.',
      resolve: ({ leaving }) => leaving.length,
    }),
    leavingBytes: t.float({
      description: 'The bytes of those files.',
      resolve: ({ leaving }) => bytesOf(leaving),
    }),
    leaving: t.stringList({
      description: `The first ${MOST_PATHS} of those files, in byte order.`,
      resolve: ({ leaving }) => listed(leaving),
    }),
    returningCount: t.int({
      description: 'The number of ignored files whose text would be searched again.',
      resolve: ({ returning }) => returning.length,
    }),
    returningBytes: t.float({
      description: 'The bytes of those files.',
      resolve: ({ returning }) => bytesOf(returning),
    }),
    returning: t.stringList({
      description: `The first ${MOST_PATHS} of those files, in byte order.`,
      resolve: ({ returning }) => listed(returning),
    }),
    problems: t.field({
      type: [Problem],
      description: 'The lines of the rules that match nothing, or something else than they look like.',
      resolve: ({ problems }) => problems,
    }),
    isComplete: t.exposeBoolean('isComplete', {
      description: `Whether every path was looked at. A preview ends after ${LONGEST_MS / 1000} seconds, and its counts are then too low.`,
    }),
  }),
});

builder.objectField(Snapshot, 'ignorePreview', (t) =>
  t.field({
    type: IgnorePreview,
    description:
      'The files that the next sync would ignore, or no longer ignore, under other rules: in `.projectsyncignore`, or with `areStored` in `Repository.ignoreRules`. It changes nothing.',
    args: {
      rules: t.arg.string({
        required: true,
        description: 'The rules, as a text like that of a .gitignore, 100,000 characters at most.',
      }),
      areStored: t.arg.boolean({
        required: false,
        defaultValue: false,
        description: 'Whether they would be stored here, behind those of the repository itself.',
      }),
    },
    resolve: (snapshot, { rules, areStored }, context) =>
      previewOf(snapshot, { rules: textOf(rules), areStored: areStored === true }, context),
  }),
);

async function previewOf(
  snapshot: SnapshotView,
  { rules: wanted, areStored }: { readonly rules: string; readonly areStored: boolean },
  context: ApiContext,
): Promise<PreviewView> {
  if (wanted.length > LONGEST_RULES)
    throw apiError('BAD_USER_INPUT', `Rules have ${LONGEST_RULES} characters at most.`);
  const { projectId, branchId, number } = snapshot;
  const [gitattributes, projectsyncignore, stored, paths] = await Promise.all([
    textAt(snapshot, '.gitattributes', context),
    textAt(snapshot, '.projectsyncignore', context),
    storedRules(snapshot, context),
    context.reads.inProject(projectId, (sql) => treatedPaths(sql, snapshot)),
  ]);
  const texts = areStored
    ? { gitattributes, projectsyncignore, stored: wanted }
    : { gitattributes, projectsyncignore: wanted, stored };
  return {
    snapshot: `${projectId}:${branchId}:${number}`,
    problems: areStored
      ? ruleProblems(texts)
      : ruleProblems({ ...texts, projectsyncignore: null, stored: wanted }),
    ...(await compare(paths, parseIgnoreRules(texts))),
  };
}

/** Finds the paths that rules treat differently, and lets others have the thread in between. */
async function compare(
  paths: readonly TreatedPath[],
  rules: IgnoreRules,
): Promise<Pick<PreviewView, 'leaving' | 'returning' | 'isComplete'>> {
  const leaving: TreatedPath[] = [];
  const returning: TreatedPath[] = [];
  const started = performance.now();
  let since = started;
  for (const one of paths) {
    const isIgnored = classifyPath(one.path, rules).ignored !== null;
    if (isIgnored !== one.isIgnored) (isIgnored ? leaving : returning).push(one);
    const now = performance.now();
    if (now - since < MOST_MS_AT_ONCE) continue;
    if (now - started > LONGEST_MS) return { leaving, returning, isComplete: false };
    await turn();
    since = performance.now();
  }
  return { leaving, returning, isComplete: true };
}

async function storedRules({ projectId, branchId }: SnapshotView, { prisma }: ApiContext): Promise<string> {
  const branch = await prisma.branch.findUnique({
    where: { projectId_id: { projectId, id: branchId } },
    select: { repository: { select: { ignoreRules: true } } },
  });
  return branch?.repository.ignoreRules ?? '';
}

/** The text of a file at the root; null without one. */
async function textAt(
  snapshot: SnapshotView,
  path: string,
  { reads, decode }: ApiContext,
): Promise<string | null> {
  const { projectId } = snapshot;
  const file = await reads.inProject(projectId, (sql) => snapshotFile(sql, snapshot, path));
  const blob = file === null ? null : await findContent(reads, projectId, file.oid);
  return blob?.encoding == null ? null : decode(blob.content, blob.encoding);
}
