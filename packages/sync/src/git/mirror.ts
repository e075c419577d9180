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
import { openView, type View } from './borrowed-objects.ts';

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
const MOST_PACKS = 40;

/** An own bare repository that is fetched into, so that no command ever runs inside of somebody's repository. */
export class Mirror {
  readonly folder: string;
  readonly #git: GitRunner;

  constructor(folder: string, git: GitRunner) {
    this.folder = folder;
    this.#git = git;
  }

  /**
   * The mirror's objects seen from a repository without a remote. A mirror that was fetched without contents would
   * ask for one that is missing, or end the whole reader; from here it is just missing.
   */
  view(oid: ObjectId): Promise<View> {
    return viewOf(this.folder, formatOf(oid));
  }

  /** Fetches one commit, as little of it as what is kept leaves to fetch, and gives the id that came. */
  fetchCommit(wanted: Wanted, call: SourceCall): Promise<ObjectId> {
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
          this.#git.remote.address,
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
    if ((await this.identity()) === null) return false;
    try {
      const args = ['cat-file', '-e', `${oid}^{tree}`];
      await this.#git.locally({ args, ...(await this.view(oid)), cwd: this.folder, signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyncError && error.code === 'SOURCE_TIMEOUT') throw error;
      return false;
    }
  }

  /** Names the mirror as it stands on the disk; another name after it was built anew, null when there is none. */
  async identity(): Promise<string | null> {
    const found = await stat(this.folder, { bigint: true }).catch(() => null);
    return found === null ? null : `${found.ino}-${found.birthtimeNs}`;
  }

  async #fetch(folder: string, { source, contents }: Wanted, call: SourceCall): Promise<ObjectId> {
    const filter = contents === 'without-contents' ? ['--filter=blob:none'] : [];
    const target = incoming(source);
    await this.#counted(folder, {
      args: [...FETCH, ...filter, '--end-of-options', this.#git.remote.address, `+${source}:${target}`],
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
      const format = formatOf(wanted.oid);
      const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`];
      await this.#git.locally({ args, cwd: fresh, signal: call.signal });
      await viewOf(fresh, format);
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

  /** Whether Git would take the folder for a repository of this format. */
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
    return this.#git.locally({ args, cwd, signal });
  }

  async #counted(folder: string, command: RunCommand): Promise<void> {
    const before = await packsOf(folder);
    try {
      await this.#git.remotely(command);
    } finally {
      let bytes = 0;
      for (const [name, size] of await packsOf(folder)) if (!before.has(name)) bytes += size;
      this.#git.told(bytes);
    }
  }
}

function viewOf(mirror: string, format: ObjectFormat): Promise<View> {
  return openView(join(mirror, 'view'), join(mirror, 'objects'), format);
}

function incoming(source: string): string {
  return `refs/project-sync/incoming/${refHash(source)}`;
}

/** A branch's name can be 250 bytes of anything; a hash of it always is a reference. */
function refHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
