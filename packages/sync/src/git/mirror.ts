import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatOf, type ObjectFormat, type ObjectId } from '../objects/git-object.ts';
import { SyncError } from '../sync-error.ts';
import type { SourceCall } from '../ports/source.ts';
import { fileFailure } from './git-failure.ts';
import type { GitRunner, RunCommand } from './git-runner.ts';
import { withMirrorLock } from './mirror-lock.ts';
import { packsOf } from './packs.ts';
import { openBorrowedObjects, type BorrowedObjects } from './borrowed-objects.ts';

/** A commit to fetch: by its branch's full name, or by its ID. */
export interface WantedCommit {
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
const MAX_PACKS = 40;

/** A bare repository of our own to fetch into, so that no command ever runs inside a user's repository. */
export class Mirror {
  readonly folder: string;
  readonly #git: GitRunner;

  constructor(folder: string, git: GitRunner) {
    this.folder = folder;
    this.#git = git;
  }

  /**
   * Returns the mirror's objects as seen from a repository without a remote. In a mirror fetched without contents, Git
   * would try to fetch a missing blob, or end the whole reader; from here the blob is just missing.
   */
  objects(oid: ObjectId): Promise<BorrowedObjects> {
    return objectsOf(this.folder, formatOf(oid));
  }

  /** Fetches the missing part of a commit, and returns the ID that arrived. */
  fetchCommit(wanted: WantedCommit, call: SourceCall): Promise<ObjectId> {
    return withMirrorLock(this.folder, call.signal, async () => {
      if (!(await this.#isHealthy(formatOf(wanted.oid)))) return this.#replace(wanted, call);
      if (await this.holds(wanted.oid, call.signal)) return wanted.oid;
      try {
        return await this.#fetch(this.folder, wanted, call);
      } catch (error) {
        if (!(error instanceof SyncError && error.code === 'CONTENT_UNVERIFIED')) throw error;
        return this.#replace(wanted, call);
      }
    });
  }

  /** Rebuilds an unreadable mirror, unless another process did so since its identity was taken. */
  rebuild(wanted: WantedCommit, seenIdentity: string | null, call: SourceCall): Promise<ObjectId> {
    return withMirrorLock(this.folder, call.signal, async () => {
      if ((await this.identity()) !== seenIdentity && (await this.holds(wanted.oid, call.signal)))
        return wanted.oid;
      return this.#replace(wanted, call);
    });
  }

  /** Fetches blobs by their IDs, all in one request. */
  fetchObjects(oids: readonly ObjectId[], call: SourceCall): Promise<void> {
    return withMirrorLock(this.folder, call.signal, async () => {
      const partial = await this.#isPartial();
      await this.#fetchCounted(this.folder, {
        args: [
          '-c',
          'fetch.negotiationAlgorithm=noop',
          ...FETCH.filter((arg) => !partial || arg !== '--depth=1'),
          ...(partial ? ['--filter=blob:none'] : []),
          '--stdin',
          '--end-of-options',
          this.#git.remote.address,
        ],
        cwd: this.folder,
        signal: call.signal,
        input: `${oids.join('\n')}\n`,
      });
    });
  }

  /** Puts a commit under a reference, so that the next fetch starts from it, and merges many small packs. */
  keep(branch: string, oid: ObjectId, signal: AbortSignal): Promise<void> {
    return withMirrorLock(this.folder, signal, async () => {
      await this.#locally(
        ['update-ref', '--end-of-options', `refs/project-sync/kept/${refHash(`refs/heads/${branch}`)}`, oid],
        signal,
      );
      await this.#locally(['update-ref', '-d', '--end-of-options', incoming(oid)], signal);
      if ((await packsOf(this.folder)).size > MAX_PACKS)
        await this.#locally(['repack', '-a', '-d', '-q'], signal);
    });
  }

  /** True if a commit and its root are present; a fetch brings all of a commit or nothing. */
  async holds(oid: ObjectId, signal: AbortSignal): Promise<boolean> {
    if ((await this.identity()) === null) return false;
    try {
      const args = ['cat-file', '-e', `${oid}^{tree}`];
      await this.#git.runLocally({ args, ...(await this.objects(oid)), cwd: this.folder, signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyncError && error.code === 'SOURCE_TIMEOUT') throw error;
      return false;
    }
  }

  /** Identifies the folder on the disk: another value after a rebuild, null if there is none. */
  async identity(): Promise<string | null> {
    const found = await stat(this.folder, { bigint: true }).catch(() => null);
    return found === null ? null : `${found.ino}-${found.birthtimeNs}`;
  }

  async #fetch(folder: string, { source, contents }: WantedCommit, call: SourceCall): Promise<ObjectId> {
    const filter = contents === 'without-contents' ? ['--filter=blob:none'] : [];
    const target = incoming(source);
    await this.#fetchCounted(folder, {
      args: [...FETCH, ...filter, '--end-of-options', this.#git.remote.address, `+${source}:${target}`],
      cwd: folder,
      signal: call.signal,
    });
    return (await this.#locally(['rev-parse', '--verify', '--end-of-options', target], call.signal, folder))
      .toString('latin1')
      .trim();
  }

  /** Replaces the mirror only once the new one is complete, so that a failing server costs nothing that is stored. */
  async #replace(wanted: WantedCommit, call: SourceCall): Promise<ObjectId> {
    const fresh = `${this.folder}.fresh`;
    const gone = `${this.folder}.gone`;
    try {
      await rm(fresh, { recursive: true, force: true });
      await rm(gone, { recursive: true, force: true });
      await mkdir(fresh, { recursive: true });
      const format = formatOf(wanted.oid);
      const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`];
      await this.#git.runLocally({ args, cwd: fresh, signal: call.signal });
      await objectsOf(fresh, format);
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

  /** True if Git would accept the folder as a repository of this format. */
  async #isHealthy(format: ObjectFormat): Promise<boolean> {
    const text = (name: string): Promise<string> => readFile(join(this.folder, name), 'utf8');
    try {
      const [head, config] = await Promise.all([
        text('HEAD'),
        text('config'),
        access(join(this.folder, 'objects')),
        access(join(this.folder, 'refs')),
      ]);
      const kept: ObjectFormat = /objectformat\s*=\s*sha256/i.test(config) ? 'sha256' : 'sha1';
      return head.startsWith('ref: ') && config.includes('[core]') && kept === format;
    } catch {
      return false;
    }
  }

  async #isPartial(): Promise<boolean> {
    return (await readFile(`${this.folder}/config`, 'utf8').catch(() => '')).includes('promisor');
  }

  #locally(args: readonly string[], signal: AbortSignal, cwd = this.folder): Promise<Buffer> {
    return this.#git.runLocally({ args, cwd, signal });
  }

  async #fetchCounted(folder: string, command: RunCommand): Promise<void> {
    const before = await packsOf(folder);
    try {
      await this.#git.runRemotely(command);
    } finally {
      let bytes = 0;
      for (const [name, size] of await packsOf(folder)) if (!before.has(name)) bytes += size;
      this.#git.countRequest(bytes);
    }
  }
}

function objectsOf(mirror: string, format: ObjectFormat): Promise<BorrowedObjects> {
  return openBorrowedObjects(join(mirror, 'view'), join(mirror, 'objects'), format);
}

function incoming(source: string): string {
  return `refs/project-sync/incoming/${refHash(source)}`;
}

/** A branch's name can be 250 arbitrary bytes; its hash is always a valid reference. */
function refHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
