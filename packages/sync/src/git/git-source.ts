import { spawn as spawnProcess } from 'node:child_process';
import { decodeTree, emptyTree, formatOf, hashObject, MODE, type ObjectId } from '../git-object.ts';
import { showPath } from '../git-path.ts';
import { SyncError } from '../sync-error.ts';
import type { BlobContent, BranchPage, GitTree, Head, HeadAnswer, KeptCommit, KeptTrees, Source, SourceBranch, SourceCall, TreeBatch, WantedBlob } from '../source.ts';
import type { Spawn } from './git-process.ts';
import { parseGitUrl, type GitUrlPolicy } from './git-url.ts';
import { treesOfListing } from './list-tree.ts';
import { Mirror, type GitTimeouts, type RemoteRefs } from './mirror.ts';
import { ObjectReader } from './object-reader.ts';
import { systemResolve, type Resolve } from './public-address.ts';
import { openRemote } from './remote.ts';

/** What a Git source is made of. Everything after the token has a default that production uses. */
export interface GitSourceOptions extends GitUrlPolicy {
  readonly url: string;
  /** The bare mirror's folder; made when missing. */
  readonly mirror: string;
  readonly token?: string | null;
  readonly timeouts?: GitTimeouts;
  readonly spawn?: Spawn;
  readonly resolve?: Resolve;
}

const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_TREES = 2000;

/** Any Git remote, or a folder on this machine, read through an own bare mirror. */
export async function gitSource(options: GitSourceOptions): Promise<Source> {
  const spawn = options.spawn ?? spawnProcess;
  const address = parseGitUrl(options.url, options);
  const remote = await openRemote(address, {
    policy: options,
    token: options.token ?? null,
    resolve: options.resolve ?? systemResolve,
  });
  const timeouts = options.timeouts ?? { silent: 120_000, total: 3_600_000 };
  const mirror = new Mirror({ folder: options.mirror, remote, spawn, timeouts });
  const usage = { requests: 0, bytes: 0 };

  const ask = (patterns: readonly string[], call: SourceCall): Promise<RemoteRefs> => {
    usage.requests += 1;
    return mirror.listRefs(patterns, call);
  };

  async function fetchHead(ref: string, oid: ObjectId, known: ObjectId | null, call: SourceCall): Promise<Head> {
    // A mirror that was lost holds nothing to start from, while the database still holds the contents: then only
    // commits and trees are fetched, and of the contents those that turn out to be missing.
    const lost = known !== null && !(await mirror.holds(known, call.signal));
    if (!(await mirror.holds(oid, call.signal))) usage.requests += 1;
    await mirror.fetchCommit(ref, oid, lost ? 'without-contents' : 'whole', call);
    return readHead(oid, call);
  }

  async function readHead(oid: ObjectId, call: SourceCall): Promise<Head> {
    await using reader = new ObjectReader(spawn, mirror.folder, call.signal);
    for await (const commit of reader.objects([oid])) {
      if (commit.type !== 'commit' || hashObject(formatOf(oid), 'commit', commit.content) !== oid) break;
      return { commitOid: oid, format: formatOf(oid), ...parseCommit(commit.content) };
    }
    throw new SyncError('OBJECT_MISSING', 'The branch moved while it was read. Try again.', { retryable: true, subject: oid });
  }

  async function* descend(head: Head, kept: KeptTrees, call: SourceCall): AsyncGenerator<TreeBatch> {
    await using reader = new ObjectReader(spawn, mirror.folder, call.signal);
    const seen = new Set<ObjectId>([head.treeOid]);
    let level: ObjectId[] = [head.treeOid];
    while (level.length > 0) {
      const held = await kept.load(level);
      const wanted = level.filter((oid) => !held.has(oid));
      const below: ObjectId[] = [];
      const contents: ObjectId[] = [];
      let trees: GitTree[] = [];
      for await (const object of reader.objects(wanted)) {
        call.signal.throwIfAborted();
        const tree = proven(object.oid, object.content, head);
        for (const entry of decodeTree(head.format, tree.content)) {
          if (entry.mode === MODE.submodule || seen.has(entry.oid)) continue;
          seen.add(entry.oid);
          (entry.mode === MODE.tree ? below : contents).push(entry.oid);
        }
        trees.push(tree);
        if (trees.length >= BATCH_TREES) {
          yield { trees, sizes: new Map() };
          trees = [];
        }
      }
      yield { trees, sizes: await sizesOf(contents, call) };
      level = below;
    }
  }

  async function sizesOf(oids: readonly ObjectId[], call: SourceCall): Promise<Map<ObjectId, number>> {
    const sizes = new Map<ObjectId, number>();
    if (oids.length === 0) return sizes;
    await using reader = new ObjectReader(spawn, mirror.folder, call.signal);
    for await (const info of reader.infos(oids)) sizes.set(info.oid, info.size);
    return sizes;
  }

  return {
    async defaultBranch(call) {
      return branchOf((await ask(['HEAD'], call)).head);
    },

    async branches({ query, first, after }, call): Promise<BranchPage> {
      const refs = await ask(['HEAD', 'refs/heads/*'], call);
      const main = branchOf(refs.head);
      const wanted = (query ?? '').toLowerCase();
      const found: SourceBranch[] = [];
      for (const [ref, headOid] of refs.oids) {
        const name = branchOf(ref);
        if (name !== null && name.toLowerCase().includes(wanted)) found.push({ name, headOid, isDefault: name === main });
      }
      found.sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
      // A cursor names the branch, so that it stays right while branches come and go.
      const start = after === undefined ? 0 : found.findIndex(({ name }) => name === after) + 1;
      const branches = found.slice(start, start + first);
      const more = start + first < found.length;
      return { branches, totalCount: found.length, endCursor: more ? (branches.at(-1)?.name ?? null) : null };
    },

    async head(branch, known, call): Promise<HeadAnswer> {
      const ref = `refs/heads/${branch}`;
      const oid = (await ask([ref], call)).oids.get(ref);
      if (oid === undefined) return { kind: 'gone' };
      if (oid === known) return { kind: 'unchanged' };
      return { kind: 'head', head: await fetchHead(ref, oid, known, call) };
    },

    async *trees(head, kept, base: KeptCommit | null, call): AsyncGenerator<TreeBatch> {
      if (head.treeOid === emptyTree(head.format)) {
        yield { trees: [{ oid: head.treeOid, content: new Uint8Array() }], sizes: new Map() };
        return;
      }
      if (base !== null) {
        yield* descend(head, kept, call);
        return;
      }
      const listing = await mirror.locally(['ls-tree', '-r', '-t', '-z', '--full-tree', head.treeOid], call.signal);
      const trees = treesOfListing(listing, head.treeOid, head.format);
      for (let at = 0; at < trees.length; at += BATCH_TREES) {
        call.signal.throwIfAborted();
        const batch = trees.slice(at, at + BATCH_TREES);
        yield { trees: batch, sizes: await sizesOf(contentsOf(batch, head), call) };
      }
    },

    async *blobs(head, wanted, limits, call): AsyncGenerator<readonly BlobContent[]> {
      if (wanted.length === 0) return;
      const paths = new Map(wanted.map((blob) => [blob.oid, blob.path]));
      const held = await mirror.heldOf(new Set(paths.keys()), call.signal);
      const missing = [...paths.keys()].filter((oid) => !held.has(oid));
      if (missing.length > 0) {
        usage.requests += 1;
        await mirror.fetchObjects(missing, call);
      }
      yield* readBlobs(head, wanted, limits.maxBytes, call);
    },

    keep: (branch, head, call) => mirror.keep(branch, head.commitOid, call.signal),
    usage: () => ({ ...usage }),
    close: () => Promise.resolve(),
  };

  async function* readBlobs(head: Head, wanted: readonly WantedBlob[], maxBytes: number, call: SourceCall): AsyncGenerator<BlobContent[]> {
    await using sizer = new ObjectReader(spawn, mirror.folder, call.signal);
    await using reader = new ObjectReader(spawn, mirror.folder, call.signal);
    for (let at = 0; at < wanted.length; at += 1000) {
      const slice = new Map(wanted.slice(at, at + 1000).map((blob) => [blob.oid, blob.path]));
      let batch: BlobContent[] = [];
      let bytes = 0;
      const fitting: ObjectId[] = [];
      for await (const info of sizer.infos([...slice.keys()])) {
        if (info.size > maxBytes) batch.push({ oid: info.oid, kind: 'too-large', size: info.size });
        else fitting.push(info.oid);
      }
      if (batch.length + fitting.length < slice.size) {
        const known = new Set([...batch.map(({ oid }) => oid), ...fitting]);
        const lost = [...slice].find(([oid]) => !known.has(oid));
        throw missingContent(lost?.[1] === undefined ? '' : showPath(lost[1]));
      }
      for await (const object of reader.objects(fitting)) {
        call.signal.throwIfAborted();
        if (hashObject(head.format, 'blob', object.content) !== object.oid) {
          const path = slice.get(object.oid);
          throw new SyncError('CONTENT_UNVERIFIED', 'A file does not hash to its id; nothing of it was taken.', {
            retryable: true,
            subject: path === undefined ? object.oid : showPath(path),
          });
        }
        usage.bytes += object.size;
        bytes += object.size;
        batch.push({ oid: object.oid, kind: 'content', content: object.content });
        if (bytes >= BATCH_BYTES) {
          yield batch;
          batch = [];
          bytes = 0;
        }
      }
      if (batch.length > 0) yield batch;
    }
  }
}

function proven(oid: ObjectId, content: Buffer, head: Head): GitTree {
  if (hashObject(head.format, 'tree', content) === oid) return { oid, content };
  throw new SyncError('CONTENT_UNVERIFIED', `A folder does not hash to its id ${oid}; nothing of it was taken.`, {
    retryable: true,
    subject: oid,
  });
}

function contentsOf(trees: readonly GitTree[], head: Head): ObjectId[] {
  const oids = new Set<ObjectId>();
  for (const tree of trees) {
    for (const entry of decodeTree(head.format, tree.content)) {
      if (entry.mode !== MODE.tree && entry.mode !== MODE.submodule) oids.add(entry.oid);
    }
  }
  return [...oids];
}

function missingContent(path: string): SyncError {
  return new SyncError('OBJECT_MISSING', 'A file could not be had from its repository. Try again.', { retryable: true, subject: path });
}

function branchOf(ref: string | null): string | null {
  return ref?.startsWith('refs/heads/') === true ? ref.slice('refs/heads/'.length) : null;
}

function parseCommit(content: Buffer): { treeOid: ObjectId; committedAt: Date | null; message: string } {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = end < 0 ? text : text.slice(0, end);
  const treeOid = /^tree ([0-9a-f]+)$/m.exec(headers)?.[1] ?? '';
  const seconds = /^committer .* (\d+) [+-]\d{4}$/m.exec(headers)?.[1];
  return {
    treeOid,
    committedAt: seconds === undefined ? null : new Date(Number(seconds) * 1000),
    message: end < 0 ? '' : text.slice(end + 2).trim(),
  };
}
