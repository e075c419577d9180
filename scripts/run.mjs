// The one entry that an old Node can run too: it finds pnpm, starts it without a shell between,
// and passes signals on. `npx pnpm run …` instead would leave the server behind on SIGTERM.
import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM = 'pnpm@12.21.0';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const binary = execFileSync('npm', ['exec', '--yes', `--package=${PNPM}`, '-c', 'command -v pnpm'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
}).trim();

const step = (args) =>
  new Promise((resolve) => {
    const child = spawn(binary, args, { cwd: root, stdio: 'inherit' });
    const pass = (signal) => child.kill(signal);
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      resolve(signal ? 1 : code ?? 1);
    });
  });

// pnpm runs a script even when the install before it failed, so the install is a step of its own.
const installed = await step(['install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent']);
process.exitCode = installed === 0 ? await step(['--silent', 'run', ...process.argv.slice(2)]) : installed;
