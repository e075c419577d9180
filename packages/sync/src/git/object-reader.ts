import { SyncError } from '../sync-error.ts';
import type { ObjectId } from '../objects/git-object.ts';
import { startGit } from './git-process.ts';
import type { Launch, Launched } from './spawn.ts';
import type { BorrowedObjects } from './borrowed-objects.ts';

/** An object's type and size. */
export interface ObjectInfo {
  readonly oid: ObjectId;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly size: number;
}

/** An object with its bytes, not verified yet. */
export interface ReadObject extends ObjectInfo {
  readonly content: Buffer;
}

const READER_MEMORY = 4 * 1024 ** 3;
/** A folder of a million entries with long names, or a commit with the longest message that is read. */
const LARGEST_OBJECT = 128 << 20;

/**
 * Reads objects through one `cat-file --batch-command` process. Requests and answers flow at the same time: if all
 * requests were written first, both pipes would fill and each side would wait for the other.
 */
export class ObjectReader implements AsyncDisposable {
  readonly #git: Launched;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#git.end();
  #pending: Buffer = Buffer.alloc(0);

  private constructor(git: Launched, signal: AbortSignal) {
    this.#git = git;
    git.stderr.resume();
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#chunks = (git.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  static async open(launch: Launch, borrowed: BorrowedObjects, signal: AbortSignal): Promise<ObjectReader> {
    const git = await startGit(launch, {
      args: ['cat-file', '--batch-command', '--buffer'],
      cwd: borrowed.gitDir,
      ...borrowed,
      protocols: [],
      signal,
      timeouts: { silent: 0, total: 0 },
      // Git holds a whole folder or commit in memory, and what it is a difference to.
      limits: { memoryBytes: READER_MEMORY },
    });
    return new ObjectReader(git, signal);
  }

  /** Returns types and sizes; absent objects are missing from the map. */
  async infos(oids: readonly ObjectId[]): Promise<Map<ObjectId, ObjectInfo>> {
    const infos = new Map<ObjectId, ObjectInfo>();
    const written = this.#ask('info', oids);
    for (const oid of oids) {
      const info = await this.#header(oid);
      if (info !== null) infos.set(oid, info);
    }
    await written;
    return infos;
  }

  /**
   * Yields whole objects in the order asked; absent ones are skipped. One larger than any that has a use here ends the
   * reading: two megabytes of a pack can hold a folder or a commit of two gigabytes.
   */
  async *objects(oids: readonly ObjectId[], maxBytes = LARGEST_OBJECT): AsyncGenerator<ReadObject> {
    const written = this.#ask('contents', oids);
    for (const oid of oids) {
      const info = await this.#header(oid);
      if (info === null) continue;
      if (info.size > maxBytes) throw tooLarge(info);
      const content = await this.#take(info.size + 1);
      yield { ...info, content: content.subarray(0, info.size) };
    }
    await written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#git.end();
    // A pipe that is not read to its end keeps the process alive.
    await this.#chunks.return?.();
    this.#git.stdout.destroy();
    this.#git.stdin.destroy();
  }

  async #ask(command: 'info' | 'contents', oids: readonly ObjectId[]): Promise<void> {
    for (let at = 0; at < oids.length; at += 512) {
      let text = '';
      for (const oid of oids.slice(at, at + 512)) text += `${command} ${oid}\n`;
      if (!this.#git.stdin.write(`${text}flush\n`)) {
        const { stdin } = this.#git;
        await new Promise<void>((resolve) => {
          const go = (): void => {
            stdin.off('drain', go).off('close', go);
            resolve();
          };
          stdin.on('drain', go).on('close', go);
        });
      }
    }
  }

  async #header(oid: ObjectId): Promise<ObjectInfo | null> {
    let end = this.#pending.indexOf(0x0a);
    while (end < 0) {
      await this.#more();
      end = this.#pending.indexOf(0x0a);
    }
    const [name, type, size] = this.#pending.toString('latin1', 0, end).split(' ');
    this.#pending = this.#pending.subarray(end + 1);
    if (name !== oid)
      throw new SyncError('OBJECT_MISSING', 'Git answered out of order.', { retryable: true });
    if (type !== 'blob' && type !== 'tree' && type !== 'commit' && type !== 'tag') return null;
    return { oid, type, size: Number(size) };
  }

  async #take(length: number): Promise<Buffer> {
    if (this.#pending.length < length) {
      const parts = [this.#pending];
      let available = this.#pending.length;
      while (available < length) {
        const chunk = await this.#next();
        parts.push(chunk);
        available += chunk.length;
      }
      this.#pending = Buffer.concat(parts, available);
    }
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  async #more(): Promise<void> {
    const chunk = await this.#next();
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
  }

  async #next(): Promise<Buffer> {
    const result: IteratorResult<Buffer, unknown> = await this.#chunks.next();
    if (result.done !== true) return result.value;
    this.#signal.throwIfAborted();
    throw new SyncError('OBJECT_MISSING', 'Reading from the repository broke off. Try again.', {
      retryable: true,
    });
  }
}

function tooLarge({ oid, type, size }: ObjectInfo): SyncError {
  return new SyncError(
    'REPOSITORY_TOO_LARGE',
    `The repository is too large to be synced. It has a ${type === 'tree' ? 'folder' : type} of ${Math.round(size / 2 ** 20)} MB. Sync a smaller branch.`,
    { subject: oid },
  );
}
