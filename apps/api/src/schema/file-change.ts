import { findContent, type SyncChange } from '@project-sync/db';
import { lineChanges, type LineChanges } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';

const MOST_CONTEXT = 100;

export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'How a path differs between two snapshots.',
  values: {
    ADDED: { description: 'The path exists only in the newer snapshot.' },
    MODIFIED: { description: 'The content or the mode at the path differs.' },
    REMOVED: { description: 'The path exists only in the older snapshot.' },
    RENAMED: {
      description: 'The file moved here from `previousPath` with the same or nearly the same content.',
    },
  },
});

interface Place {
  readonly branchId: string;
  readonly number: number;
}

/** A change between two snapshots of a project. */
interface ChangeView extends SyncChange {
  readonly projectId: string;
  /** Identifies the two snapshots. */
  readonly between: string;
}

/** Adds to changes the snapshots that they lie between. */
export function changeViews(
  changes: readonly SyncChange[],
  projectId: string,
  { older, newer }: { readonly older: Place; readonly newer: Place },
): ChangeView[] {
  const between = [older, newer].map(({ branchId, number }) => `${branchId}.${number}`).join('..');
  return changes.map((change) => ({ ...change, projectId, between }));
}

export const FileChange = builder.objectRef<ChangeView>('FileChange').implement({
  description: 'One path that differs between two snapshots.',
  fields: (t) => ({
    id: t.id({
      description: rowIdText,
      resolve: ({ projectId, between, path }) => rowId('FileChange', projectId, between, path),
    }),
    kind: t.field({
      type: ChangeKind,
      description: 'How the path differs between the snapshots.',
      resolve: ({ kind }) => kind,
    }),
    path: t.exposeString('path', {
      description: 'The path in the newer snapshot, or in the older one if it was removed.',
    }),
    previousPath: t.exposeString('previousPath', {
      nullable: true,
      description: 'The path of a renamed file in the older snapshot; null for other changes.',
    }),
    oid: t.expose('oid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The object ID of the newer content; null if the path was removed.',
    }),
    previousOid: t.expose('previousOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The object ID of the older content; null if the path was added.',
    }),
    additions: t.int({
      nullable: true,
      description:
        'The number of added lines, with secrets masked on both sides; null where a side has no stored text.',
      resolve: async (change, _args, context) => (await linesOf(change, context))?.additions ?? null,
    }),
    deletions: t.int({
      nullable: true,
      description:
        'The number of removed lines, with secrets masked on both sides; null where a side has no stored text.',
      resolve: async (change, _args, context) => (await linesOf(change, context))?.deletions ?? null,
    }),
    patch: t.string({
      nullable: true,
      description:
        'The change as a unified diff, with secrets masked; null where a side has no stored text. A diff over 200,000 characters ends after a whole hunk with a line that says so.',
      args: {
        context: t.arg.int({
          required: false,
          defaultValue: 3,
          description: 'The number of unchanged lines around each hunk, 0 to 100; 3 by default.',
        }),
      },
      resolve: (change, args, context) => patchOf(change, args.context ?? 3, context),
    }),
  }),
});

async function patchOf(change: ChangeView, context: number, api: ApiContext): Promise<string | null> {
  if (context < 0 || context > MOST_CONTEXT)
    throw apiError('BAD_USER_INPUT', `context takes 0 to ${MOST_CONTEXT}, not ${context}.`);
  const { kind, path, previousPath } = change;
  const names = {
    before: kind === 'ADDED' ? null : (previousPath ?? path),
    after: kind === 'REMOVED' ? null : path,
  };
  return (await linesOf(change, api))?.patch(names, context) ?? null;
}

const compared = new WeakMap<ChangeView, Promise<LineChanges | null>>();

/** Compares the two sides once, however many fields ask for it. */
function linesOf(change: ChangeView, context: ApiContext): Promise<LineChanges | null> {
  const known = compared.get(change);
  if (known !== undefined) return known;
  const found = compareSides(change, context);
  compared.set(change, found);
  return found;
}

async function compareSides(
  { projectId, oid, previousOid }: ChangeView,
  { reads, decode, redact }: ApiContext,
): Promise<LineChanges | null> {
  const [before, after] = await Promise.all(
    [previousOid, oid].map(async (side) => {
      // A side without a file counts as an empty text, so that an added file shows all of its lines.
      if (side === null) return '';
      const blob = await findContent(reads, projectId, side);
      return blob?.encoding == null ? null : redact(decode(blob.content, blob.encoding));
    }),
  );
  return before == null || after == null ? null : lineChanges(before, after);
}
