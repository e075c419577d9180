import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatOf, type ObjectFormat, type ObjectId } from '../git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { SourceCall } from '../source.ts';
import { fileFailure } from './git-failure.ts';
import { runGit, type GitCommand, type Spawn } from './git-process.ts';
import { withMirrorLock } from './mirror-lock.ts';
import { packsOf } from './packs.ts';
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
  /** Told after each question to the remote: the bytes of packs that came. */
  readonly onRequest: (bytes: number) => void;
}

/** A commit to fetch: by its branch's full name, or by its id. */
export interface Wanted {
  readonly source: string;
  readonly oid: ObjectId;
  readonly contents: 'with-contents' | 'without-contents';
}

const FETCH = [
  'fetch',
  '--progress',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
  '--depth=1',
];
/** References to a million branches fit; a server that never ends does not. */
const MOST_REFS = 128 * 1024 * 1024;
const MOST_PACKS = 40;

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
    const cwd = dirname(this.folder);
    await mkdir(cwd, { recursive: true }).catch(fileFailure);
    const out = await this.#remotely({
      args: ['ls-remote', '--symref', '--end-of-options', this.#options.remote.address, ...patterns],
      cwd,
      gitDir: '/dev/null',
      tellProtocol: this.#options.remote.protocols.some((protocol) => protocol.startsWith('http')),
      signal: call.signal,
      maxOutput: MOST_REFS,
    });
    const refs: RemoteRefs = { head: null, oids: new Map() };
    for (const line of out.toString('utf8').split('\n')) {
      const [left, name] = line.split('\t');
      if (left === undefined || name === undefined) continue;
      if (left.startsWith('ref: ')) {
        if (name === 'HEAD') refs.head = left.slice('ref: '.length);
      } else if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(left)) refs.oids.set(name, left);
    }
    return refs;
  }

  /** Fetches one commit, as little of it as what is kept leaves to fetch, and gives the id that came. */
  fetchCommit(wanted: Wanted, call: SourceCall): Promise<ObjectId> {
    return withMirrorLock(this.folder, call.signal, async () => {
      if (!(await this.#isHealthy(formatOf(wanted.oid), call.signal))) return this.#replace(wanted, call);
      if (await this.holds(wanted.oid, call.signal)) return wanted.oid;
      try {
        return await this.#fetch(this.folder, wanted, call);
      } catch (error) {
        if (!(error instanceof SyncError && error.code === 'CONTENT_UNVERIFIED')) throw error;
        return this.#replace(wanted, call);
      }
    });
  }

  /** Builds the mirror anew when what is here can't be read, unless somebody has done so since it was looked at. */
  rebuild(wanted: Wanted, looked: string | null, call: SourceCall): Promise<ObjectId> {
    return withMirrorLock(this.folder, call.signal, async () => {
      if ((await this.identity()) !== looked && (await this.holds(wanted.oid, call.signal)))
        return wanted.oid;
      return this.#replace(wanted, call);
    });
  }

  /** Fetches contents by their ids, all in one request. */
  fetchObjects(oids: readonly ObjectId[], call: SourceCall): Promise<void> {
    return withMirrorLock(this.folder, call.signal, async () => {
      const partial = await this.#isPartial();
      await this.#counted(this.folder, {
        args: [
          '-c',
          'fetch.negotiationAlgorithm=noop',
          ...FETCH.filter((arg) => !partial || arg !== '--depth=1'),
          ...(partial ? ['--filter=blob:none'] : []),
          '--stdin',
          '--end-of-options',
          this.#options.remote.address,
        ],
        cwd: this.folder,
        signal: call.signal,
        input: `${oids.join('\n')}\n`,
      });
    });
  }

  /** Keeps a commit under a reference, so that the next fetch starts from it, and puts many small packs together. */
  keep(branch: string, oid: ObjectId, signal: AbortSignal): Promise<void> {
    return withMirrorLock(this.folder, signal, async () => {
      await this.#locally(
        ['update-ref', '--end-of-options', `refs/project-sync/kept/${refHash(`refs/heads/${branch}`)}`, oid],
        signal,
      );
      await this.#locally(['update-ref', '-d', '--end-of-options', incoming(oid)], signal);
      if ((await packsOf(this.folder)).size > MOST_PACKS)
        await this.#locally(['repack', '-a', '-d', '-q'], signal);
    });
  }

  /** Whether a commit and its root are here; a fetch brings all of a commit or nothing. */
  async holds(oid: ObjectId, signal: AbortSignal): Promise<boolean> {
    return (await this.identity()) !== null && this.#succeeds(['cat-file', '-e', `${oid}^{tree}`], signal);
  }

  /**
   * How many commits lie between two, where the remote is on this machine: its objects are read from the mirror's own
   * view, so that nothing of its configuration counts. A mirror holds no history, and to fetch one costs all of it.
   */
  async countCommits(known: ObjectId, head: ObjectId, signal: AbortSignal): Promise<number | null> {
    const { objects } = this.#options.remote;
    if (objects === null || (await this.identity()) === null) return null;
    const { gitDir } = viewOf(this.folder);
    const args = ['rev-list', '--count', '--end-of-options', head, `^${known}`];
    try {
      const out = await this.#run({ args, gitDir, objects, cwd: this.folder, signal }, null);
      return Number(out.toString('latin1'));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyncError && error.code !== 'SOURCE_TIMEOUT') return null;
      throw error;
    }
  }

  /** Names the mirror as it stands on the disk; another name after it was built anew, null when there is none. */
  async identity(): Promise<string | null> {
    const found = await stat(this.folder, { bigint: true }).catch(() => null);
    return found === null ? null : `${found.ino}-${found.birthtimeNs}`;
  }

  async #fetch(folder: string, { source, contents }: Wanted, call: SourceCall): Promise<ObjectId> {
    const filter =
      contents === 'without-contents' && !this.#options.remote.local ? ['--filter=blob:none'] : [];
    const target = incoming(source);
    await this.#counted(folder, {
      args: [...FETCH, ...filter, '--end-of-options', this.#options.remote.address, `+${source}:${target}`],
      cwd: folder,
      signal: call.signal,
    });
    return (await this.#locally(['rev-parse', '--verify', '--end-of-options', target], call.signal, folder))
      .toString('latin1')
      .trim();
  }

  /** A new mirror takes the old one's place only when it is whole: a server that fails now costs nothing that is held. */
  async #replace(wanted: Wanted, call: SourceCall): Promise<ObjectId> {
    const fresh = `${this.folder}.fresh`;
    const gone = `${this.folder}.gone`;
    try {
      await rm(fresh, { recursive: true, force: true });
      await rm(gone, { recursive: true, force: true });
      await mkdir(fresh, { recursive: true });
      for (const gitDir of [fresh, viewOf(fresh).gitDir]) {
        const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${formatOf(wanted.oid)}`];
        await this.#run({ args, cwd: fresh, gitDir, signal: call.signal }, null);
      }
      const oid = await this.#fetch(fresh, wanted, call);
      if ((await this.identity()) !== null) await rename(this.folder, gone);
      await rename(fresh, this.folder);
      return oid;
    } catch (error) {
      return fileFailure(error);
    } finally {
      await rm(fresh, { recursive: true, force: true });
      await rm(gone, { recursive: true, force: true });
    }
  }

  async #isHealthy(format: ObjectFormat, signal: AbortSignal): Promise<boolean> {
    if ((await this.identity()) === null) return false;
    try {
      return (
        (
          await this.#run(
            { args: ['rev-parse', '--show-object-format'], ...viewOf(this.folder), cwd: this.folder, signal },
            null,
          )
        )
          .toString('latin1')
          .trim() === format
      );
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }

  async #isPartial(): Promise<boolean> {
    return (await readFile(`${this.folder}/config`, 'utf8').catch(() => '')).includes('promisor');
  }

  async #succeeds(args: readonly string[], signal: AbortSignal): Promise<boolean> {
    try {
      await this.#run({ args, ...viewOf(this.folder), cwd: this.folder, signal }, null);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyncError && error.code === 'SOURCE_TIMEOUT') throw error;
      return false;
    }
  }

  #locally(args: readonly string[], signal: AbortSignal, cwd = this.folder): Promise<Buffer> {
    return this.#run({ args, cwd, signal }, null);
  }

  async #counted(folder: string, command: MirrorCommand): Promise<void> {
    const before = await packsOf(folder);
    try {
      await this.#run(command);
    } finally {
      let bytes = 0;
      for (const [name, size] of await packsOf(folder)) if (!before.has(name)) bytes += size;
      this.#options.onRequest(bytes);
    }
  }

  async #remotely(command: MirrorCommand): Promise<Buffer> {
    const out = await this.#run(command).catch((error: unknown) => {
      this.#options.onRequest(0);
      throw error;
    });
    this.#options.onRequest(out.length);
    return out;
  }

  #run(command: MirrorCommand, remote: Remote | null = this.#options.remote): Promise<Buffer> {
    const { spawn, timeouts } = this.#options;
    // What only works on the disk says nothing until it is done.
    if (remote === null)
      return runGit(spawn, {
        ...command,
        protocols: [],
        timeouts: { silent: timeouts.total, total: timeouts.total },
      });
    return runGit(spawn, {
      ...command,
      protocols: remote.protocols,
      config: remote.config,
      globalConfig: remote.globalConfig,
      ssh: remote.ssh,
      secrets: remote.secrets,
      timeouts,
    });
  }
}

type MirrorCommand = Pick<
  GitCommand,
  'args' | 'cwd' | 'gitDir' | 'objects' | 'tellProtocol' | 'signal' | 'input' | 'maxOutput'
>;

/**
 * The mirror's objects seen from a repository without a remote. A mirror that was fetched without contents would ask
 * for one that is missing, or end the whole reader; from here it is just missing.
 */
export function viewOf(mirror: string): { gitDir: string; objects: string } {
  return { gitDir: join(mirror, 'view'), objects: join(mirror, 'objects') };
}

/** References as a remote has them now. */
export interface RemoteRefs {
  /** The full name of the reference that HEAD points to. */
  head: string | null;
  readonly oids: Map<string, ObjectId>;
}

function incoming(source: string): string {
  return `refs/project-sync/incoming/${refHash(source)}`;
}

/** A branch's name can be 250 bytes of anything; a hash of it always is a reference. */
function refHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
