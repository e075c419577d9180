import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

// A workspace whose package manager only notes that it was called.
const folder = mkdtempSync(join(tmpdir(), 'run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text, { mode });
};
for (const file of ['run.mjs', 'installed-state.mjs'])
  cpSync(new URL(file, import.meta.url), join(folder, 'scripts', file));
put('package.json', JSON.stringify({ scripts: { 'app:say': 'node say.mjs', 'app:other': 'make' } }));
put('apps/one/package.json', '{}');
put('pnpm-lock.yaml', 'one');
put('say.mjs', 'console.log(process.argv.slice(2).join(" ")); process.exitCode = 3;');
put(
  'pnpm',
  '#!/bin/sh\necho "$1" >> installs\nmkdir -p apps/one/node_modules\ndate +%N > node_modules/.modules.yaml\n',
  0o755,
);
const version = /const PNPM = '(.+)'/.exec(readFileSync(join(folder, 'scripts/run.mjs'), 'utf8'))?.[1];
put('node_modules/.pnpm-binary', `${version}\n${join(folder, 'pnpm')}`);

/** Runs a script, and returns what it printed and how many installs there have been. */
function run(...words: string[]): { out: string; code: number; installs: number } {
  const installs = () => readFileSync(join(folder, 'installs'), 'utf8').trim().split('\n').length;
  const options: ExecFileSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  try {
    const out = execFileSync(process.execPath, [join(folder, 'scripts/run.mjs'), ...words], options);
    return { out, code: 0, installs: installs() };
  } catch (error) {
    const { stdout = '', status = -1 } = error as { stdout?: string; status?: number };
    return { out: stdout, code: status, installs: installs() };
  }
}

test('packages are installed once, and again when anything that an install depends on has changed', () => {
  expect(run('app:say', 'two', 'words')).toEqual({ out: 'two words\n', code: 3, installs: 1 });
  expect(run('app:say').installs).toBe(1);
  put('pnpm-lock.yaml', 'two');
  expect(run('app:say').installs).toBe(2);
  put('apps/one/package.json', '{ "private": true }');
  expect(run('app:say').installs).toBe(3);
  rmSync(join(folder, 'apps/one/node_modules'), { recursive: true });
  expect(run('app:say').installs).toBe(4);
  put('node_modules/.modules.yaml', 'written by another install');
  expect(run('app:say').installs).toBe(5);
  expect(run('app:say').installs).toBe(5);
  expect(run('app:other').code).toBe(1);
});
