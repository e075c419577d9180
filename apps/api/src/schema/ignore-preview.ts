import { findContent, snapshotFile, snapshotPaths } from '@project-sync/db';
import { classifyPath, parseIgnoreRules } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';

/** The most characters of rules, and the most paths that are listed. */
const LONGEST_RULES = 100_000;
const MOST_PATHS = 200;

interface PreviewView {
  readonly snapshot: string;
  readonly leaving: readonly string[];
  readonly returning: readonly string[];
}

const listed = (paths: readonly string[]): string[] => paths.slice(0, MOST_PATHS);

const IgnorePreview = builder.objectRef<PreviewView>('IgnorePreview').implement({
  description:
    'The files that other rules in `.projectsyncignore` would ignore or take back. Ignored files stay listed, without their text.',
  fields: (t) => ({
    id: t.id({ description: rowIdText, resolve: ({ snapshot }) => rowId('IgnorePreview', snapshot) }),
    leavingCount: t.int({
      description: 'The number of files whose text would no longer be searched.',
      resolve: ({ leaving }) => leaving.length,
    }),
    leaving: t.stringList({
      description: `The first ${MOST_PATHS} of those files, in byte order.`,
      resolve: ({ leaving }) => listed(leaving),
    }),
    returningCount: t.int({
      description: 'The number of ignored files whose text would be searched again.',
      resolve: ({ returning }) => returning.length,
    }),
    returning: t.stringList({
      description: `The first ${MOST_PATHS} of those files, in byte order.`,
      resolve: ({ returning }) => listed(returning),
    }),
  }),
});

builder.objectField(Snapshot, 'ignorePreview', (t) =>
  t.field({
    type: IgnorePreview,
    description:
      'The files that the next sync would ignore, or no longer ignore, if the repository had these rules in `.projectsyncignore`. It changes nothing.',
    args: {
      rules: t.arg.string({
        required: true,
        description: 'The rules, as a text like that of a .gitignore, 100,000 characters at most.',
      }),
    },
    resolve: (snapshot, { rules }, context) => previewOf(snapshot, rules, context),
  }),
);

async function previewOf(snapshot: SnapshotView, wanted: string, context: ApiContext): Promise<PreviewView> {
  if (wanted.length > LONGEST_RULES)
    throw apiError('BAD_USER_INPUT', `Rules have ${LONGEST_RULES} characters at most.`);
  const { projectId, branchId, number } = snapshot;
  const [gitattributes, projectsyncignore, paths] = await Promise.all([
    textAt(snapshot, '.gitattributes', context),
    textAt(snapshot, '.projectsyncignore', context),
    context.reads.inProject(projectId, (sql) => snapshotPaths(sql, snapshot)),
  ]);
  const before = parseIgnoreRules({ gitattributes, projectsyncignore });
  const after = parseIgnoreRules({ gitattributes, projectsyncignore: wanted });
  const leaving: string[] = [];
  const returning: string[] = [];
  for (const path of paths) {
    const was = classifyPath(path, before).ignored !== null;
    const becomes = classifyPath(path, after).ignored !== null;
    if (was !== becomes) (becomes ? leaving : returning).push(path);
  }
  return { snapshot: `${projectId}:${branchId}:${number}`, leaving, returning };
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
