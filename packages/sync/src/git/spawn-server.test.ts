import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Launched } from './spawn.ts';
import { Launcher } from './spawn-server.ts';

const launcher = new Launcher();
afterEach(() => launcher.close());

function sh(script: string, by = launcher): Promise<Launched> {
  return by.launch('sh', ['-c', script], { cwd: tmpdir(), env: { PATH: process.env['PATH'], WORD: 'said' } });
}

async function isAlive(pid: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return line !== '' && line.slice(line.lastIndexOf(')') + 2)[0] !== 'Z';
}

async function parentOf(pid: number): Promise<number> {
  const line = await readFile(`/proc/${pid}/stat`, 'latin1');
  return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]);
}

describe('a process started through the launcher', () => {
  test('has its own pipes, folder, environment and exit code', async () => {
    const started = await sh('pwd; cat; printf "$WORD $HOME" >&2; exit 7');
    started.stdin.end('written');
    expect(await Promise.all([text(started.stdout), text(started.stderr), started.ended])).toEqual([
      `${tmpdir()}\nwritten`,
      'said ',
      7,
    ]);
    expect(started.pid).not.toBe(process.pid);
  });

  test('reads and writes more than a pipe can buffer, with many processes at once', async () => {
    const sums = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const started = await sh('cat');
        const all = `${index} `.repeat(400_000);
        started.stdin.end(all);
        return (await text(started.stdout)) === all && (await started.ended) === 0;
      }),
    );
    expect(sums).toEqual(sums.map(() => true));
  });

  test('that exits immediately still delivers all its output', async () => {
    const said = await Promise.all(
      // Little and much: what comes with the greeting of its pipe is not a part of that.
      Array.from({ length: 200 }, async (_, index) => text((await sh(`printf %0${index * 50}d 0`)).stdout)),
    );
    expect(said).toEqual(said.map((_, index) => '0'.repeat(Math.max(1, index * 50))));
  });

  test('that does not exist rejects, and the next one starts', async () => {
    await expect(launcher.launch('no-such-program', [], { cwd: tmpdir(), env: {} })).rejects.toThrow(
      'ENOENT',
    );
    await expect(launcher.launch('sh', [], { cwd: '/no/such/folder', env: {} })).rejects.toThrow('ENOENT');
    expect(await text((await sh('echo on')).stdout)).toBe('on\n');
  });

  test('is ended together with its own children', async () => {
    const started = await sh('sleep 1000 & echo $!; wait');
    const [line] = (await once(started.stdout, 'data')) as [Buffer];
    const grandchild = Number(line.toString());
    expect(await isAlive(grandchild)).toBe(true);
    started.end();
    started.stdout.resume();
    started.stderr.resume();
    expect(await started.ended).toBeNull();
    await vi.waitFor(async () => expect(await isAlive(grandchild)).toBe(false));
  });

  test('ends with the launcher', async () => {
    const started = await sh('sleep 1000 & wait');
    await launcher.close();
    await vi.waitFor(async () => expect(await isAlive(started.pid)).toBe(false));
    expect(await started.ended).toBeNull();
  });

  test('ends if the launcher dies, and a new launcher starts the next one', async () => {
    const started = await sh('cat');
    process.kill(await parentOf(started.pid), 'SIGKILL');
    expect(await started.ended).toBeNull();
    await vi.waitFor(async () => expect(await isAlive(started.pid)).toBe(false));
    expect(await text((await sh('echo again')).stdout)).toBe('again\n');
  });

  test('ends if the server is killed, and leaves no folder behind', async () => {
    const script = `
      import { Launcher } from ${JSON.stringify(new URL('./spawn-server.ts', import.meta.url).href)};
      const { pid } = await new Launcher().launch('sleep', ['1000'], { cwd: '/', env: { PATH: process.env.PATH } });
      console.log(pid);
      setInterval(() => undefined, 1000);`;
    const folder = await mkdtemp(join(tmpdir(), 'project-sync-owner-'));
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], TMPDIR: folder },
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const launched = await parentOf(pid);
    owner.kill('SIGKILL');
    await vi.waitFor(async () =>
      expect([await isAlive(pid), await isAlive(launched)]).toEqual([false, false]),
    );
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]));
    await rmdir(folder);
  });
});

test.each([
  ['is not there', '/no/such/folder'],
  ['has a name that is too long for a socket', join(tmpdir(), 'long-'.repeat(30))],
])('where the folder for its socket %s, processes are started all the same', async (_, TMPDIR) => {
  const isThere = TMPDIR.startsWith(tmpdir());
  if (isThere) await mkdir(TMPDIR, { recursive: true });
  const script = `
    import { text } from 'node:stream/consumers';
    import { Launcher } from ${JSON.stringify(new URL('./spawn-server.ts', import.meta.url).href)};
    const launcher = new Launcher();
    for (const word of ['one', 'two']) {
      const started = await launcher.launch('echo', [word], { cwd: '/', env: { PATH: process.env.PATH } });
      console.log((await text(started.stdout)).trim());
    }
    await launcher.close();`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], TMPDIR },
  });
  const [said, exit] = await Promise.all([text(owner.stdout), once(owner, 'exit')]);
  const code: unknown = exit[0];
  expect([said, code]).toEqual(['one\ntwo\n', 0]);
  if (isThere) {
    await vi.waitFor(async () => expect(await readdir(TMPDIR)).toEqual([]));
    await rmdir(TMPDIR);
  }
});

test.each([0, 1, 2, 3])(
  'a server killed after %i pipes have connected leaves no folder behind',
  async (count) => {
    const folder = await mkdtemp(join(tmpdir(), 'project-sync-owner-'));
    // At the last pipe the launcher is about to start the process, and its report cannot be delivered.
    const script = `
      import { Server } from 'node:net';
      import { Launcher } from ${JSON.stringify(new URL('./spawn-server.ts', import.meta.url).href)};
      const { emit } = Server.prototype;
      let given = 0;
      const dieAt = (count) => count === ${count} && process.kill(process.pid, 'SIGKILL');
      Server.prototype.emit = function (name, ...rest) {
        if (name === 'connection') dieAt((given += 1));
        return emit.call(this, name, ...rest);
      };
      void new Launcher().launch('sh', [], { cwd: '/', env: { PATH: process.env.PATH } });
      dieAt(0);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: process.env['PATH'], TMPDIR: folder },
    });
    await once(owner, 'exit');
    expect(owner.signalCode).toBe('SIGKILL');
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]));
    await rmdir(folder);
  },
);

test('a process with no more work exits even if its launcher was not closed', async () => {
  const script = `
    import { text } from 'node:stream/consumers';
    import { Launcher } from ${JSON.stringify(new URL('./spawn-server.ts', import.meta.url).href)};
    const { stdout, stderr, stdin } = await new Launcher().launch('echo', ['done'], { cwd: '/', env: { PATH: process.env.PATH } });
    console.log(await text(stdout));`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, exit] = await Promise.all([text(owner.stdout), once(owner, 'exit')]);
  const code: unknown = exit[0];
  expect(said.trim()).toBe('done');
  expect(code).toBe(0);
});
