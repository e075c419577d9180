import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The environment of every Git process, without the machine's own configuration. */
const environment = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  LC_ALL: 'C',
};

/** An object from `cat-file --batch`. */
export interface RawObject {
  readonly oid: string;
  readonly type: string;
  readonly content: Buffer;
}

/** One line of a tree, with its name as bytes in a latin1 string. */
export interface RawEntry {
  readonly mode: number;
  readonly name: string;
  readonly oid: string;
}

/** A line of a recursive listing; `size` is null for folders and submodules. */
export interface ListedEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  readonly size: number | null;
}

/** One changed file between two commits, as the compare page lists it. */
export interface ChangedFile {
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly path: string;
  readonly previousPath: string | null;
  readonly oid: string;
}

/** Reads one bare repository with the real Git. Nothing is cached, because tests rewrite it while it is served. */
export class BareRepository {
  readonly path: string;
  #reader: ChildProcessWithoutNullStreams | null = null;
  #waiting: ((object: RawObject | null) => void)[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #expected: { oid: string; type: string; size: number } | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Lists the references below `prefix` with their commits, by name. Read from the files where Git keeps them: each request asks
   * for them several times, and a process for each question would cost more than all else here.
   */
  async refs(prefix: string): Promise<{ name: string; oid: string }[]> {
    const found = new Map<string, string>();
    const packed = await readFile(join(this.path, 'packed-refs'), 'utf8').catch(() => '');
    for (const [, oid = '', name = ''] of packed.matchAll(/^([0-9a-f]{40,64}) (.+)$/gm)) found.set(name, oid);
    const files = await readdir(join(this.path, 'refs'), { recursive: true, withFileTypes: true });
    const loose = files.filter((file) => file.isFile() && !file.name.endsWith('.lock'));
    await Promise.all(
      loose.map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        const oid = (await readFile(file, 'latin1').catch(() => '')).trim();
        if (/^[0-9a-f]{40,64}$/.test(oid)) found.set(relative(this.path, file), oid);
      }),
    );
    const folder = prefix.endsWith('/') ? prefix : `${prefix}/`;
    return [...found]
      .filter(([name]) => name === prefix || name.startsWith(folder))
      .map(([name, oid]) => ({ name, oid }))
      .sort((x, y) => Buffer.compare(Buffer.from(x.name), Buffer.from(y.name)));
  }

  /** Returns the branch that HEAD names, even if it does not exist. */
  async headRef(): Promise<string> {
    return (await this.#git('symbolic-ref', 'HEAD')).toString('utf8').trim();
  }

  async resolve(expression: string): Promise<string | null> {
    const object = /[\n\0]/.test(expression) ? null : await this.#ask(expression);
    if (object !== null) return object.oid;
    // What has a name and no object here, such as a submodule, is known to `rev-parse` alone.
    try {
      const out = await this.#git('rev-parse', '--verify', '--quiet', '--end-of-options', expression);
      return out.toString('latin1').trim();
    } catch {
      return null;
    }
  }

  object(oid: string): Promise<RawObject | null> {
    return /^[0-9a-f]{40,64}$/.test(oid) ? this.#ask(oid) : Promise.resolve(null);
  }

  #ask(expression: string): Promise<RawObject | null> {
    const reader = (this.#reader ??= this.#startReader());
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      reader.stdin.write(`${expression}\n`);
    });
  }

  async tree(oid: string): Promise<RawEntry[] | null> {
    const object = await this.object(oid);
    return object?.type === 'tree' ? readTree(object.content, oid.length / 2) : null;
  }

  async recursive(oid: string): Promise<ListedEntry[]> {
    const out = await this.#git('ls-tree', '-r', '-t', '-z', '--long', '--full-tree', oid);
    return out
      .toString('latin1')
      .split('\0')
      .filter(Boolean)
      .map((line) => {
        const tab = line.indexOf('\t');
        const [mode = '', type = '', entry = '', size = '-'] = line.slice(0, tab).split(/ +/);
        return {
          mode,
          type,
          oid: entry,
          size: size === '-' ? null : Number(size),
          path: line.slice(tab + 1),
        };
      });
  }

  async mergeBase(base: string, head: string): Promise<string | null> {
    try {
      return (await this.#git('merge-base', base, head)).toString('latin1').trim();
    } catch {
      return null;
    }
  }

  async count(range: string): Promise<number> {
    return Number((await this.#git('rev-list', '--count', range)).toString('latin1').trim());
  }

  async changes(from: string, to: string): Promise<ChangedFile[]> {
    const out = await this.#git('diff-tree', '-r', '-z', '--raw', '-M', '--no-abbrev', from, to);
    const parts = out.toString('latin1').split('\0');
    const files: ChangedFile[] = [];
    for (let at = 0; at + 1 < parts.length;) {
      const [, , before = '', after = '', status = ''] = (parts[at] ?? '').split(' ');
      const first = parts[at + 1] ?? '';
      if (status.startsWith('R')) {
        files.push({ status: 'renamed', previousPath: first, path: parts[at + 2] ?? '', oid: after });
        at += 3;
        continue;
      }
      const kind = status === 'A' ? 'added' : status === 'D' ? 'removed' : 'modified';
      files.push({ status: kind, previousPath: null, path: first, oid: kind === 'removed' ? before : after });
      at += 2;
    }
    return files;
  }

  /** Streams a tarball from `git archive`, so `export-ignore` and `export-subst` apply as at GitHub. */
  archive(oid: string, prefix: string): Readable {
    const child = spawn('git', ['archive', '--format=tar.gz', `--prefix=${prefix}/`, oid], {
      cwd: this.path,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return child.stdout;
  }

  /** Ends the reading process; the next call starts another, which no longer sees pruned objects. */
  close(): void {
    this.#reader?.stdout.removeAllListeners('data');
    this.#reader?.kill();
    this.#reader = null;
    for (const resolve of this.#waiting.splice(0)) resolve(null);
    this.#pending = Buffer.alloc(0);
    this.#expected = null;
  }

  async #git(...args: string[]): Promise<Buffer> {
    const options = { cwd: this.path, env: environment, encoding: 'buffer' as const, maxBuffer: 1 << 30 };
    return (await run('git', args, options)).stdout;
  }

  #startReader(): ChildProcessWithoutNullStreams {
    const child = spawn('git', ['cat-file', '--batch'], { cwd: this.path, env: environment });
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
      this.#drain();
    });
    return child;
  }

  #drain(): void {
    for (;;) {
      if (this.#expected === null) {
        const newline = this.#pending.indexOf(0x0a);
        if (newline < 0) return;
        const line = this.#pending.toString('latin1', 0, newline);
        this.#pending = this.#pending.subarray(newline + 1);
        // Anything else is the question with a word behind it: missing, ambiguous, submodule.
        const [, oid = '', type = '', size = ''] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? [];
        if (oid === '') this.#waiting.shift()?.(null);
        else this.#expected = { oid, type, size: Number(size) };
        continue;
      }
      const { oid, type, size } = this.#expected;
      if (this.#pending.length < size + 1) return;
      const content = Buffer.from(this.#pending.subarray(0, size));
      this.#pending = this.#pending.subarray(size + 1);
      this.#expected = null;
      this.#waiting.shift()?.({ oid, type, content });
    }
  }
}

function readTree(content: Buffer, width: number): RawEntry[] {
  const entries: RawEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    const mode = Number.parseInt(content.toString('latin1', at, space), 8);
    const oid = content.toString('hex', end + 1, end + 1 + width);
    entries.push({ mode, name: content.toString('latin1', space + 1, end), oid });
    at = end + 1 + width;
  }
  return entries;
}
