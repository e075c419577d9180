import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
