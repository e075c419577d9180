#!/usr/bin/env node
// The command of a checkout, for `npx project-sync` and `npm install --global .`. It is written for an old Node too: it
// only finds the right one, and installs where nothing is installed yet.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundled = join(root, 'node_modules', '.bin', 'node');
const isInstalled = existsSync(join(root, 'apps', 'api', 'node_modules'));
const isRecent = Number(process.versions.node.split('.', 1)[0]) >= 24;
const node = !isRecent && existsSync(bundled) ? bundled : process.execPath;
const args = isInstalled
  ? ['--disable-warning=ExperimentalWarning', join(root, 'apps', 'api', 'src', 'cli.ts')]
  : [join(root, 'scripts', 'run.mjs'), 'app:cli'];

const child = spawn(node, [...args, ...process.argv.slice(2)], { stdio: 'inherit' });
process.on('SIGTERM', () => child.kill('SIGTERM'));
// On a terminal Ctrl-C reaches the child too, and a second signal would end it before it says what goes on.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
child.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
