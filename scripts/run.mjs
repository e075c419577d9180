// The one entry that an old Node can run too: it installs what is not installed, and passes signals on to what it starts.
// `npx pnpm run …` instead would leave the server behind on SIGTERM.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedState } from './installed-state.mjs';

const PNPM = 'pnpm@12.21.0';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const remembered = join(modules, '.pnpm-binary');
const stamp = join(modules, '.installed-state');

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

let stopped = false;

const step = (command, args, env = process.env) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
    const pass = (signal) => {
      stopped = true;
      child.kill(signal);
    };
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    const end = (code) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      end(1);
    });
    child.on('exit', (code, signal) => end(signal ? 1 : (code ?? 1)));
  });

/** Installs unless the last install had the same lockfile and packages: pnpm takes seconds to find that nothing is to be done. */
async function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === installedState(root)) return 0;
  // A start says what it does; the output of the command line is for programs.
  const isFirstStart = process.argv[2] === 'app:start' && !existsSync(join(modules, '.modules.yaml'));
  const begun = performance.now();
  if (isFirstStart) process.stdout.write('Installing packages… ');
  const binary = findPnpm();
  const code = await step(binary, ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent']);
  if (isFirstStart) console.log(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
  if (code !== 0) return code;
  mkdirSync(modules, { recursive: true });
  writeFileSync(remembered, `${PNPM}\n${binary}`);
  writeFileSync(stamp, installedState(root));
  return 0;
}

/** Runs a script of package.json, all of which start Node: the pinned one, and without a process of pnpm beside it. */
function runScript(name, args) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, file] = /^node (\S+)$/.exec(scripts[name] ?? '') ?? [];
  if (file === undefined) {
    console.error(`package.json has no script ${name} that is a file for Node.`);
    return 1;
  }
  const bin = join(modules, '.bin');
  const pinned = join(bin, 'node');
  const node = process.platform !== 'win32' && existsSync(pinned) ? pinned : process.execPath;
  const path = [bin, process.env.PATH ?? ''].join(delimiter);
  return step(node, [join(root, file), ...args], { ...process.env, PATH: path });
}

const installed = await install();
const code = installed === 0 ? await runScript(process.argv[2], process.argv.slice(3)) : installed;
// Ended as it was asked to: the code then only says that a signal came.
process.exitCode = stopped ? 0 : code;
