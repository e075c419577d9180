import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockDataDir } from './data-dir-lock.ts';

const module = new URL('./data-dir-lock.ts', import.meta.url).href;

test('a second opener is refused with the id of the owner, and one after its death is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-lock-'));
  const owner = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    `import { lockDataDir } from '${module}'; globalThis.held = lockDataDir(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`,
    folder,
  ]);
  await new Promise((resolve) => owner.stdout.once('data', resolve));
  expect(() => lockDataDir(folder)).toThrow(
    expect.objectContaining({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(String(owner.pid)) as string,
    }),
  );
  const ended = new Promise((resolve) => owner.once('exit', resolve));
  owner.kill('SIGKILL');
  await ended;
  const lock = lockDataDir(folder);
  expect(await readFile(join(folder, 'owner.pid'), 'utf8')).toBe(String(process.pid));
  lock[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

test('a folder that was made beforehand is closed to other users, with what lies in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-open-'));
  await mkdir(join(folder, 'database'));
  await writeFile(join(folder, 'app.secret'), 'x');
  await Promise.all([
    chmod(folder, 0o755),
    chmod(join(folder, 'database'), 0o777),
    chmod(join(folder, 'app.secret'), 0o666),
  ]);
  const lock = lockDataDir(folder);
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  expect(await modeOf(folder)).toBe('700');
  expect(await modeOf(join(folder, 'database'))).toBe('700');
  expect(await modeOf(join(folder, 'app.secret'))).toBe('600');
  lock[Symbol.dispose]();
  await rm(folder, { recursive: true });
});
