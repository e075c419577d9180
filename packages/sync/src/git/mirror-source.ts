import type { ObjectId } from '../objects/git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { BlobContent, Head, HeadAnswer, Source, SourceCall, WantedBlob } from '../ports/source.ts';
import { lsRemote } from './ls-remote.ts';
import type { GitRunner } from './git-runner.ts';
import type { Mirror, WantedCommit } from './mirror.ts';
import { ObjectReader, type ObjectInfo } from './object-reader.ts';
import { readBlobSizes } from './read-blob-sizes.ts';
import { readGitBlobs } from './read-git-blobs.ts';
import { readHead } from './read-head.ts';
import { readGitTrees } from './read-git-trees.ts';

/** The settings of a source behind a mirror. */
export interface MirrorSourceOptions {
  readonly git: GitRunner;
  readonly mirror: Mirror;
  readonly usage: { readonly requests: number; readonly bytes: number };
}

/** A repository on another machine, read through a bare mirror of our own. */
export function mirrorSource({ git, mirror, usage }: MirrorSourceOptions): Source {
  const { defaultBranch, branches, heads, listed } = lsRemote(git);
  const reader = new MirrorReader(git, mirror);
  return {
    defaultBranch,
    branches,
    heads,

    async head(branch, known, call): Promise<HeadAnswer> {
      const at = await listed(branch, call);
      if (at === null) return { kind: 'gone' };
      return at.oid === known ? { kind: 'unchanged' } : reader.fetchHead(at, known, call);
    },

    // A mirror has no history, and fetching one costs all of it.
    commitsBetween: () => Promise.resolve(null),

    trees: (request, call) =>
      reader.repairing(request.head, call, async function* () {
        await using objects = await reader.open(request.head.commitOid, call);
        yield* readGitTrees(objects, request, call);
      }),

    async sizes({ commitOid }, oids, call) {
      await using objects = await reader.open(commitOid, call);
      return await readBlobSizes(objects, oids, call);
    },

    async *blobs({ head, wanted, maxBytes }, call) {
      if (wanted.length === 0) return;
      const left = new Map(wanted.map((blob) => [blob.oid, blob]));
      yield* reader.repairing(head, call, () => reader.blobs({ head, left, maxBytes }, call));
    },

    keep: (branch, head, call) => mirror.keep(branch, head.commitOid, call.signal),
    usage: () => ({ ...usage }),
    close: () => Promise.resolve(),
  };
}

/** Reads from a mirror, and fetches or rebuilds what it lacks. */
class MirrorReader {
  readonly #git: GitRunner;
  readonly #mirror: Mirror;

  constructor(git: GitRunner, mirror: Mirror) {
    this.#git = git;
    this.#mirror = mirror;
  }

  async open(oid: ObjectId, { signal }: SourceCall): Promise<ObjectReader> {
    return ObjectReader.open(this.#git.launch, await this.#mirror.objects(oid), signal);
  }

  async fetchHead(
    at: { ref: string; oid: ObjectId },
    known: ObjectId | null,
    call: SourceCall,
  ): Promise<HeadAnswer> {
    // A lost mirror has nothing to start from, while the contents are stored elsewhere: then only commits and trees
    // are fetched, and of the contents those that turn out to be missing.
    const isLost = known !== null && !(await this.#mirror.holds(known, call.signal));
    const wanted = {
      source: at.ref,
      oid: at.oid,
      contents: isLost ? 'without-contents' : 'with-contents',
    } as const;
    try {
      // The commit that arrived counts, not the listed one: the branch may have moved in between.
      const oid = await this.#mirror.fetchCommit(wanted, call);
      return oid === known ? { kind: 'unchanged' } : { kind: 'head', head: await this.#readHead(oid, call) };
    } catch (error) {
      if (error instanceof SyncError && error.code === 'BRANCH_NOT_FOUND') return { kind: 'gone' };
      if (!isDamage(error)) throw error;
      const oid = await this.#mirror.rebuild(wanted, await this.#mirror.identity(), call);
      return { kind: 'head', head: await this.#readHead(oid, call) };
    }
  }

  /**
   * Reads from the mirror, which may have been lost since the head was fetched, by a restart or by hand: then the
   * commit is fetched again. A damaged mirror is rebuilt, once.
   */
  async *repairing<T>(head: Head, call: SourceCall, read: () => AsyncGenerator<T>): AsyncGenerator<T> {
    const identity = await this.#mirror.identity();
    try {
      yield* read();
    } catch (error) {
      call.signal.throwIfAborted();
      if (!isDamage(error)) throw error;
      const { commitOid: oid } = head;
      const wanted: WantedCommit = { source: oid, oid, contents: 'without-contents' };
      if (await this.#mirror.holds(oid, call.signal)) await this.#mirror.rebuild(wanted, identity, call);
      else await this.#mirror.fetchCommit(wanted, call);
      yield* read();
    }
  }

  /** Yields blobs and removes them from `left`, so that a second attempt continues after the first. */
  async *blobs(
    { head, left, maxBytes }: { head: Head; left: Map<ObjectId, WantedBlob>; maxBytes: number },
    call: SourceCall,
  ): AsyncGenerator<BlobContent[]> {
    const infos = await this.#infosOf(head, [...left.keys()], call);
    const missing = [...left.keys()].filter((oid) => !infos.has(oid));
    if (missing.length > 0) {
      await this.#mirror.fetchObjects(missing, call);
      for (const [oid, info] of await this.#infosOf(head, missing, call)) infos.set(oid, info);
    }
    const paths = new Map([...left].map(([oid, { path }]) => [oid, path]));
    const request = { format: head.format, paths, infos, maxBytes, mayLackBlobs: false };
    await using objects = await this.open(head.commitOid, call);
    for await (const batch of readGitBlobs(objects, request, call)) {
      for (const { oid } of batch) left.delete(oid);
      yield batch;
    }
  }

  async #infosOf(
    { commitOid }: Head,
    oids: readonly ObjectId[],
    call: SourceCall,
  ): Promise<Map<ObjectId, ObjectInfo>> {
    await using objects = await this.open(commitOid, call);
    return await objects.infos(oids);
  }

  async #readHead(oid: ObjectId, call: SourceCall): Promise<Head> {
    await using objects = await this.open(oid, call);
    return await readHead(objects, oid);
  }
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof SyncError &&
    (error.code === 'CONTENT_UNVERIFIED' || (error.code === 'OBJECT_MISSING' && error.retryable))
  );
}
