import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatOf, type ObjectId } from '../objects/git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { HeadAnswer, Source, SourceCall } from '../ports/source.ts';
import { askBranches } from './ls-remote.ts';
import { PARTIAL_CLONE } from './git-failure.ts';
import type { GitRunner } from './git-runner.ts';
import { ObjectReader } from './object-reader.ts';
import { readBlobs } from './read-blobs.ts';
import { readHead } from './read-head.ts';
import { readTrees } from './read-trees.ts';
import { openView } from './borrowed-objects.ts';

/** Contents whose sizes are known at a time: those of all files would be as much as the files' names. */
const SLICE = 2000;

/** What a repository in a folder is read with. */
export interface FolderSourceOptions {
  readonly git: GitRunner;
  /** Where the repository keeps its objects. */
  readonly objects: string;
  /** An own empty repository that they are read from; made when missing. */
  readonly gitDir: string;
  readonly usage: { requests: number; bytes: number };
}

/**
 * A repository in a folder of this machine. Its references are asked for, and its objects are read where they lie, out
 * of a repository of our own, so that nothing is run and nothing of its configuration counts. Fetched into a mirror,
 * it would lie on the disk twice, and each change would cost a walk through all of its folders: Git sends and checks
 * a commit without its history as a whole.
 */
export function folderSource({ git, objects, gitDir, usage }: FolderSourceOptions): Source {
  const reading = async (oid: ObjectId, { signal }: SourceCall): Promise<ObjectReader> =>
    ObjectReader.open(git.launch, await openView(gitDir, objects, formatOf(oid)), signal);

  /** What is missing from a clone that never had it does not come by trying again. */
  async function* explained<T>(read: () => AsyncGenerator<T>): AsyncGenerator<T> {
    try {
      yield* read();
    } catch (error) {
      if (!(error instanceof SyncError && error.code === 'OBJECT_MISSING')) throw error;
      const packs = await readdir(join(objects, 'pack')).catch(() => []);
      if (!packs.some((name) => name.endsWith('.promisor'))) throw error;
      throw new SyncError('OBJECT_MISSING', PARTIAL_CLONE, { cause: error });
    }
  }

  const { defaultBranch, branches, listed } = askBranches(git);

  return {
    defaultBranch,
    branches,

    async head(branch, known, call): Promise<HeadAnswer> {
      const at = await listed(branch, call);
      if (at === null) return { kind: 'gone' };
      if (at.oid === known) return { kind: 'unchanged' };
      await using reader = await reading(at.oid, call);
      return { kind: 'head', head: await readHead(reader, at.oid) };
    },

    async commitsBetween(known, head, { signal }) {
      const args = ['rev-list', '--count', '--end-of-options', head, `^${known}`];
      const view = await openView(gitDir, objects, formatOf(head));
      try {
        return Number((await git.locally({ args, ...view, cwd: gitDir, signal })).toString('latin1'));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SyncError && error.code !== 'SOURCE_TIMEOUT') return null;
        throw error;
      }
    },

    trees: (head, kept, base, call) =>
      explained(async function* () {
        await using reader = await reading(head.commitOid, call);
        yield* readTrees(reader, { head, kept, base }, call);
      }),

    blobs: (head, wanted, { maxBytes }, call) =>
      explained(async function* () {
        if (wanted.length === 0) return;
        await using reader = await reading(head.commitOid, call);
        for (let at = 0; at < wanted.length; at += SLICE) {
          const paths = new Map(wanted.slice(at, at + SLICE).map(({ oid, path }) => [oid, path]));
          const infos = await reader.infos([...paths.keys()]);
          for await (const batch of readBlobs(
            reader,
            { format: head.format, paths, infos, maxBytes },
            call,
          )) {
            for (const blob of batch) if (blob.kind === 'content') usage.bytes += blob.content.length;
            yield batch;
          }
        }
      }),

    keep: () => Promise.resolve(),
    usage: () => ({ ...usage }),
    close: () => Promise.resolve(),
  };
}
