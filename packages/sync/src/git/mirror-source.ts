import type { ObjectId } from '../objects/git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { Head, HeadAnswer, Source, SourceCall, WantedBlob } from '../ports/source.ts';
import { askBranches } from './ls-remote.ts';
import type { GitRunner } from './git-runner.ts';
import type { Mirror } from './mirror.ts';
import { ObjectReader, type ObjectInfo } from './object-reader.ts';
import { readBlobs } from './read-blobs.ts';
import { readHead } from './read-head.ts';
import { readTrees } from './read-trees.ts';

/** What a remote repository is read with. */
export interface MirrorSourceOptions {
  readonly git: GitRunner;
  readonly mirror: Mirror;
  readonly usage: { readonly requests: number; readonly bytes: number };
}

/** A repository on another machine, read through an own bare mirror. */
export function mirrorSource({ git, mirror, usage }: MirrorSourceOptions): Source {
  const reading = async (oid: ObjectId, { signal }: SourceCall): Promise<ObjectReader> =>
    ObjectReader.open(git.launch, await mirror.view(oid), signal);
  const byId = (oid: ObjectId) => ({ source: oid, oid, contents: 'without-contents' }) as const;

  /**
   * Reads from the mirror. It may have been lost since the head was asked for, by a restart or by somebody's hand:
   * then the commit is fetched again; and what turns out to be damaged is built anew, once.
   */
  async function* mended<T>(head: Head, call: SourceCall, read: () => AsyncGenerator<T>): AsyncGenerator<T> {
    const looked = await mirror.identity();
    try {
      yield* read();
    } catch (error) {
      call.signal.throwIfAborted();
      if (!isDamage(error)) throw error;
      const wanted = byId(head.commitOid);
      if (await mirror.holds(head.commitOid, call.signal)) await mirror.rebuild(wanted, looked, call);
      else await mirror.fetchCommit(wanted, call);
      yield* read();
    }
  }

  async function* contents(head: Head, left: Map<ObjectId, WantedBlob>, maxBytes: number, call: SourceCall) {
    const infos = await infosOf(head, [...left.keys()], call);
    const missing = [...left.keys()].filter((oid) => !infos.has(oid));
    if (missing.length > 0) {
      await mirror.fetchObjects(missing, call);
      for (const [oid, info] of await infosOf(head, missing, call)) infos.set(oid, info);
    }
    const paths = new Map([...left].map(([oid, { path }]) => [oid, path]));
    await using reader = await reading(head.commitOid, call);
    for await (const batch of readBlobs(reader, { format: head.format, paths, infos, maxBytes }, call)) {
      for (const { oid } of batch) left.delete(oid);
      yield batch;
    }
  }

  async function infosOf(
    { commitOid }: Head,
    oids: readonly ObjectId[],
    call: SourceCall,
  ): Promise<Map<ObjectId, ObjectInfo>> {
    await using reader = await reading(commitOid, call);
    return await reader.infos(oids);
  }

  const { defaultBranch, branches, listed } = askBranches(git);

  return {
    defaultBranch,
    branches,

    async head(branch, known, call): Promise<HeadAnswer> {
      const at = await listed(branch, call);
      if (at === null) return { kind: 'gone' };
      if (at.oid === known) return { kind: 'unchanged' };
      // A mirror that was lost holds nothing to start from, while the contents are kept elsewhere: then only commits
      // and trees are fetched, and of the contents those that turn out to be missing.
      const lost = known !== null && !(await mirror.holds(known, call.signal));
      const wanted = {
        source: at.ref,
        oid: at.oid,
        contents: lost ? 'without-contents' : 'with-contents',
      } as const;
      try {
        // What came counts, not what was listed: the branch may have moved in between.
        const oid = await mirror.fetchCommit(wanted, call);
        if (oid === known) return { kind: 'unchanged' };
        await using reader = await reading(oid, call);
        return { kind: 'head', head: await readHead(reader, oid) };
      } catch (error) {
        if (error instanceof SyncError && error.code === 'BRANCH_NOT_FOUND') return { kind: 'gone' };
        if (!isDamage(error)) throw error;
        const oid = await mirror.rebuild(wanted, await mirror.identity(), call);
        await using reader = await reading(oid, call);
        return { kind: 'head', head: await readHead(reader, oid) };
      }
    },

    // A mirror holds no history, and to fetch one costs all of it.
    commitsBetween: () => Promise.resolve(null),

    trees: (head, kept, base, call) =>
      mended(head, call, async function* () {
        await using reader = await reading(head.commitOid, call);
        yield* readTrees(reader, { head, kept, base }, call);
      }),

    async *blobs(head, wanted, limits, call) {
      if (wanted.length === 0) return;
      const left = new Map(wanted.map((blob) => [blob.oid, blob]));
      yield* mended(head, call, () => contents(head, left, limits.maxBytes, call));
    },

    keep: (branch, head, call) => mirror.keep(branch, head.commitOid, call.signal),
    usage: () => ({ ...usage }),
    close: () => Promise.resolve(),
  };
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof SyncError &&
    (error.code === 'CONTENT_UNVERIFIED' || (error.code === 'OBJECT_MISSING' && error.retryable))
  );
}
