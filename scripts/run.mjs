// The one entry that an old Node can run too: it finds pnpm, starts it without a shell between,
// and passes signals on. `npx pnpm run …` instead would leave the server behind on SIGTERM.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM = 'pnpm@12.21.0';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const remembered = join(root, 'node_modules', '.pnpm-binary');

/** npm asks the registry for a package even when it has it, so where it was found is kept for times without a network. */
function findPnpm() {
  try {
    const [version, path] = readFileSync(remembered, 'utf8').split('\n');
    if (version === PNPM && existsSync(path)) return path;
  } catch {
    // The first time there is nothing to remember.
  }
  const path = execFileSync('npm', ['exec', '--yes', `--package=${PNPM}`, '-c', 'command -v pnpm'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  return path;
}

const binary = findPnpm();
let stopped = false;

const step = (args) =>
  new Promise((resolve) => {
    const child = spawn(binary, args, { cwd: root, stdio: 'inherit' });
    const pass = (signal) => {
      stopped = true;
      child.kill(signal);
    };
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      resolve(signal ? 1 : (code ?? 1));
    });
  });

// A start says what it does; the output of the command line is for programs.
const isFirstStart =
  process.argv[2] === 'app:start' && !existsSync(join(root, 'node_modules', '.modules.yaml'));
const begun = performance.now();
if (isFirstStart) process.stdout.write('Installing packages… ');
// pnpm runs a script even when the install before it failed, so the install is a step of its own.
const installed = await step(['install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent']);
if (isFirstStart) console.log(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
if (installed === 0) {
  mkdirSync(dirname(remembered), { recursive: true });
  writeFileSync(remembered, `${PNPM}\n${binary}`);
}
const code = installed === 0 ? await step(['--silent', 'run', ...process.argv.slice(2)]) : installed;
// Ended as it was asked to: pnpm's own code then only says that a signal came.
process.exitCode = stopped ? 0 : code;
