import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatOf, type ObjectId } from '../objects/git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { BlobContent, BlobsRequest, HeadAnswer, Source, SourceCall } from '../ports/source.ts';
import { lsRemote } from './ls-remote.ts';
import { PARTIAL_CLONE } from './git-failure.ts';
import type { GitRunner } from './git-runner.ts';
import { ObjectReader } from './object-reader.ts';
import { readBlobSizes } from './read-blob-sizes.ts';
import { readGitBlobs } from './read-git-blobs.ts';
import { readHead } from './read-head.ts';
import { readGitTrees } from './read-git-trees.ts';
import { openBorrowedObjects } from './borrowed-objects.ts';

/** Blobs whose sizes are looked up at a time: those of all files would take as much memory as their names. */
const BLOBS_PER_SLICE = 2000;

/** The settings of a source in a folder. */
export interface FolderSourceOptions {
  readonly git: GitRunner;
  /** The folder of the repository's objects. */
  readonly objects: string;
  /** An empty repository of our own to read them from; created if missing. */
  readonly gitDir: string;
  readonly usage: { requests: number; bytes: number };
}

/**
 * A repository in a folder of this machine. Its references are listed through Git; its objects are read in place, from
 * a repository of our own, so that nothing of its configuration is run or applied. A mirror would double the disk space,
 * and each change would cost a walk through all folders: Git sends and checks a commit without history as a whole.
 */
export function folderSource(options: FolderSourceOptions): Source {
  const { git, objects, gitDir, usage } = options;
  const { defaultBranch, branches, heads, listed } = lsRemote(git);
  const open = (oid: ObjectId, { signal }: SourceCall): Promise<ObjectReader> =>
    openReader(options, oid, signal);

  return {
    defaultBranch,
    branches,
    heads,

    async head(branch, known, call): Promise<HeadAnswer> {
      const at = await listed(branch, call);
      if (at === null) return { kind: 'gone' };
      if (at.oid === known) return { kind: 'unchanged' };
      await using reader = await open(at.oid, call);
      return { kind: 'head', head: await readHead(reader, at.oid) };
    },

    async commitsBetween(known, head, { signal }) {
      const args = ['rev-list', '--count', '--end-of-options', head, `^${known}`];
      const borrowed = await openBorrowedObjects(gitDir, objects, formatOf(head));
      try {
        return Number((await git.runLocally({ args, ...borrowed, cwd: gitDir, signal })).toString('latin1'));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SyncError && error.code !== 'SOURCE_TIMEOUT') return null;
        throw error;
      }
    },

    async *trees(request, call) {
      try {
        await using reader = await open(request.head.commitOid, call);
        yield* readGitTrees(reader, request, call);
      } catch (error) {
        // A retry does not bring what the clone never had.
        if (isMissing(error) && (await isPartialClone(objects)))
          throw new SyncError('OBJECT_MISSING', PARTIAL_CLONE, { cause: error });
        throw error;
      }
    },

    async sizes({ commitOid }, oids, call) {
      await using reader = await open(commitOid, call);
      return await readBlobSizes(reader, oids, call);
    },

    async *blobs(request, call) {
      for await (const batch of readBlobs(options, request, call)) {
        for (const blob of batch) if (blob.kind === 'content') usage.bytes += blob.content.length;
        yield batch;
      }
    },

    keep: () => Promise.resolve(),
    usage: () => ({ ...usage }),
    close: () => Promise.resolve(),
  };
}

async function openReader(
  { git, objects, gitDir }: FolderSourceOptions,
  oid: ObjectId,
  signal: AbortSignal,
): Promise<ObjectReader> {
  return ObjectReader.open(git.launch, await openBorrowedObjects(gitDir, objects, formatOf(oid)), signal);
}

/**
 * Reads the wanted blobs. A partial clone may lack some of them, which are reported one by one; but a clone that
 * lacks all contents of a first import is useless, and fails with the remedy.
 */
async function* readBlobs(
  options: FolderSourceOptions,
  { head, wanted, maxBytes, total }: BlobsRequest,
  call: SourceCall,
): AsyncGenerator<BlobContent[]> {
  if (wanted.length === 0) return;
  const mayLackBlobs = await isPartialClone(options.objects);
  let missing = 0;
  await using reader = await openReader(options, head.commitOid, call.signal);
  for (let at = 0; at < wanted.length; at += BLOBS_PER_SLICE) {
    const paths = new Map(wanted.slice(at, at + BLOBS_PER_SLICE).map(({ oid, path }) => [oid, path]));
    const infos = await reader.infos([...paths.keys()]);
    const request = { format: head.format, paths, infos, maxBytes, mayLackBlobs };
    for await (const batch of readGitBlobs(reader, request, call)) {
      missing += batch.filter(({ kind }) => kind === 'missing').length;
      if (missing === wanted.length && missing * 2 >= total)
        throw new SyncError('OBJECT_MISSING', PARTIAL_CLONE);
      yield batch;
    }
  }
}

/** Git marks the packs of a partial clone. */
async function isPartialClone(objects: string): Promise<boolean> {
  const packs = await readdir(join(objects, 'pack')).catch(() => []);
  return packs.some((name) => name.endsWith('.promisor'));
}

function isMissing(error: unknown): boolean {
  return error instanceof SyncError && error.code === 'OBJECT_MISSING';
}
