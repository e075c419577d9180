import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectFormat, ObjectId } from '../git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { SourceCall } from '../source.ts';
import { runGit, type GitCommand, type Spawn } from './git-process.ts';
import { withMirrorLock } from './mirror-lock.ts';
import type { Remote } from './remote.ts';

/** How long Git may be silent and how long it may run, in milliseconds. */
export interface GitTimeouts {
  readonly silent: number;
  readonly total: number;
}

/** What a mirror needs. */
export interface MirrorOptions {
  readonly folder: string;
  readonly remote: Remote;
  readonly spawn: Spawn;
  readonly timeouts: GitTimeouts;
}

/** An own bare repository that is fetched into, so that no command ever runs inside of somebody's repository. */
export class Mirror {
  readonly folder: string;
  readonly #options: MirrorOptions;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.folder = options.folder;
  }

  /** Asks the remote for references by pattern, with what HEAD points to. */
  async listRefs(patterns: readonly string[], call: SourceCall): Promise<RemoteRefs> {
    await mkdir(dirname(this.folder), { recursive: true });
    const out = await this.#remotely(['ls-remote', '--symref', '--end-of-options', this.#options.remote.address, ...patterns], call, dirname(this.folder));
    const refs: RemoteRefs = { head: null, oids: new Map() };
    for (const line of out.toString('utf8').split('\n')) {
      const [left, name] = line.split('\t');
      if (left === undefined || name === undefined) continue;
      if (left.startsWith('ref: ')) {
        if (name === 'HEAD') refs.head = left.slice('ref: '.length);
      } else refs.oids.set(name, left);
    }
    return refs;
  }

  /** Fetches one commit with its trees and contents, as little of it as what is kept leaves to fetch. */
  async fetchCommit(ref: string, oid: ObjectId, mode: 'whole' | 'without-contents', call: SourceCall): Promise<void> {
    await withMirrorLock(this.folder, call.signal, async () => {
      await this.#ensure(formatOfLength(oid), call.signal);
      if (await this.#holds(oid, call.signal)) return;
      const filter = mode === 'without-contents' && this.#options.remote.local === false ? ['--filter=blob:none'] : [];
      const target = `refs/project-sync/incoming/${refHash(ref)}`;
      await this.#remotely(
        ['fetch', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-maintenance', '--depth=1', ...filter,
          '--end-of-options', this.#options.remote.address, `+${ref}:${target}`],
        call,
      );
    });
  }

  /** Fetches contents by their ids, all in one request. */
  async fetchObjects(oids: readonly ObjectId[], call: SourceCall): Promise<void> {
    await withMirrorLock(this.folder, call.signal, () =>
      this.#remotely(
        ['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules',
          '--no-auto-maintenance', '--depth=1', '--stdin', '--end-of-options', this.#options.remote.address],
        call,
        this.folder,
        `${oids.join('\n')}\n`,
      ),
    );
  }

  /** Which of these objects are held. Listing what is there never asks the remote for what is not. */
  async heldOf(oids: ReadonlySet<ObjectId>, signal: AbortSignal): Promise<Set<ObjectId>> {
    const out = await this.locally(['cat-file', '--batch-all-objects', '--unordered', '--batch-check=%(objectname)'], signal);
    const held = new Set<ObjectId>();
    for (const oid of out.toString('latin1').split('\n')) if (oids.has(oid)) held.add(oid);
    return held;
  }

  /** Keeps a commit under a reference, so that the next fetch starts from it. */
  async keep(branch: string, oid: ObjectId, signal: AbortSignal): Promise<void> {
    await withMirrorLock(this.folder, signal, () =>
      this.locally(['update-ref', `refs/project-sync/kept/${refHash(branch)}`, oid], signal),
    );
  }

  /** Whether an object is here; the root of a commit that came stands for all below it. */
  async holds(oid: ObjectId, signal: AbortSignal): Promise<boolean> {
    return (await this.exists()) && this.#holds(oid, signal);
  }

  /** Runs a command that reads or writes nothing but the mirror. */
  locally(args: readonly string[], signal: AbortSignal, input?: string): Promise<Buffer> {
    return this.#run({ args, cwd: this.folder, protocols: [], signal, ...(input === undefined ? {} : { input }) });
  }

  async exists(): Promise<boolean> {
    return (await readFile(join(this.folder, 'HEAD'), 'utf8').catch(() => '')) !== '';
  }

  /** Removes what cannot be read any more; the next fetch builds it anew. */
  async discard(signal: AbortSignal): Promise<void> {
    await withMirrorLock(this.folder, signal, () => rm(this.folder, { recursive: true, force: true }));
  }

  async #holds(oid: ObjectId, signal: AbortSignal): Promise<boolean> {
    try {
      await this.locally(['cat-file', '-e', `${oid}^{tree}`], signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyncError && error.code === 'SOURCE_TIMEOUT') throw error;
      return false;
    }
  }

  async #ensure(format: ObjectFormat, signal: AbortSignal): Promise<void> {
    if (await this.exists()) {
      const healthy = await this.locally(['rev-parse', '--git-dir'], signal).then(() => true, () => false);
      if (healthy) return;
      await rm(this.folder, { recursive: true, force: true });
    }
    await mkdir(this.folder, { recursive: true });
    await this.locally(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '.'], signal);
  }

  #remotely(args: readonly string[], call: SourceCall, cwd = this.folder, input?: string): Promise<Buffer> {
    return this.#run({
      args,
      cwd,
      protocols: this.#options.remote.protocols,
      config: this.#options.remote.config,
      secrets: this.#options.remote.secrets,
      signal: call.signal,
      ...(input === undefined ? {} : { input }),
    });
  }

  #run(command: Omit<GitCommand, 'timeouts'>): Promise<Buffer> {
    return runGit(this.#options.spawn, { ...command, timeouts: this.#options.timeouts });
  }
}

/** References as a remote has them now. */
export interface RemoteRefs {
  /** The full name of the reference that HEAD points to. */
  head: string | null;
  readonly oids: Map<string, ObjectId>;
}

/** A branch's name can be 250 bytes of anything; a hash of it always is a reference. */
function refHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

function formatOfLength(oid: ObjectId): ObjectFormat {
  return oid.length === 64 ? 'sha256' : 'sha1';
}
