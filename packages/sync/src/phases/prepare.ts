import { redact } from '@project-sync/knowledge';
import { formatOf } from '../objects/git-object.ts';
import type { Head } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { SyncRun } from '../sync-run.ts';
import type { ProgressNote } from '../ports/progress-note.ts';
import type { BaseSnapshot } from '../ports/sync-store.ts';

/** The commit that the sync is pinned to, and its starting point. */
export interface PreparedHead {
  readonly head: Head;
  readonly base: BaseSnapshot | null;
  /** The branch has not moved, so there is nothing to scan. */
  readonly unchanged: boolean;
}

const LONGEST_MESSAGE = 20_000;
const LONGEST_NAME = 200;

/** A text of a commit as it is stored: without secrets, and without what a database cannot hold. */
function kept(whole: string | null, longest: number): string | null {
  if (whole === null) return null;
  const text = whole.slice(0, longest).replaceAll('\0', '').toWellFormed();
  return redact(text).text;
}

/** Asks the source once for the branch's head. */
export async function* prepare(run: SyncRun): AsyncGenerator<ProgressNote, PreparedHead> {
  const { store } = run;
  yield* run.report('PREPARE', 0, `Asking the source for the head of ${store.sync.branch}`);
  const base = await store.base();
  const source = await run.options.source();
  const known = base?.own === true && !store.sync.full ? base.commitOid : null;
  const answer = await source.head(store.sync.branch, known, run.call());
  run.signal.throwIfAborted();
  run.stats.sourceRequests = source.usage().requests;
  switch (answer.kind) {
    case 'gone':
      await store.markGone();
      throw new SyncError(
        'BRANCH_NOT_FOUND',
        `The branch ${store.sync.branch} no longer exists at its source. Its history is kept.`,
        { subject: store.sync.branch },
      );
    case 'unchanged': {
      if (base === null)
        throw new SyncError('INTERNAL', 'The source called a branch unchanged that is not stored.');
      const head: Head = {
        commitOid: base.commitOid,
        treeOid: base.treeOid,
        format: formatOf(base.commitOid),
        committedAt: null,
        message: null,
        author: null,
      };
      return { head, base, unchanged: true };
    }
    case 'head': {
      const message = kept(answer.head.message, LONGEST_MESSAGE);
      const author = kept(answer.head.author, LONGEST_NAME);
      return { head: { ...answer.head, message, author }, base, unchanged: false };
    }
  }
}
