import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './run-step.ts';

// Runs the Dockerfile's own steps without a container engine: each stage in an empty folder filled from `git archive`,
// with a clean environment. Then serves from the result as the image does: as another user, from folders that it cannot
// write. It fails where a step fails, where the result does not answer, or where it is too large.

const LARGEST_MB = 350;
const ANSWER_WITHIN_MS = 60_000;
/** Two installations, their caches and the copies between the stages, with some room. */
const NEEDED_MB = 5_000;
const FIRST_USER = { uid: 1000, gid: 1000 } as const;

interface Stage {
  readonly name: string;
  readonly steps: readonly { readonly kind: 'RUN' | 'COPY'; readonly text: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** Reads the stages of a Dockerfile that has one FROM for each. */
function stagesOf(text: string): readonly Stage[] {
  const lines = text
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const stages: { name: string; lines: string[] }[] = [];
  for (const line of lines) {
    const [, name = 'last'] = /^FROM \S+(?: AS (\w+))?$/.exec(line) ?? [];
    if (line.startsWith('FROM ')) stages.push({ name, lines: [] });
    else stages.at(-1)?.lines.push(line);
  }
  return stages.map(({ name, lines: own }) => ({
    name,
    steps: own.flatMap((line) => {
      const [, kind = '', text = ''] = /^(RUN|COPY) (.*)$/.exec(line) ?? [];
      return kind === 'RUN' || kind === 'COPY' ? [{ kind, text } as const] : [];
    }),
    environment: Object.fromEntries(
      own
        .filter((line) => line.startsWith('ENV '))
        .flatMap((line) =>
          [...line.matchAll(/(\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]),
        ),
    ),
    command: own
      .filter((line) => line.startsWith('CMD '))
      .flatMap((line) => JSON.parse(line.slice(4)) as string[]),
  }));
}

const work = mkdtempSync(join(tmpdir(), 'project-sync-container-'));
const folderOf = (stage: string): string => join(work, stage);
/** The commit of every stage, whatever happens to the checkout meanwhile. */
const commit = spawnSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
/** Only what the base image has: this Node, where every user may run it, npm, a shell, and what `apt-get` installs. */
const path = [join(work, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);

function runIn(folder: string, command: string): void {
  const environment = { PATH: path, HOME: join(work, 'home'), CI: 'true', ...networkOf() };
  const { status } = spawnSync('sh', ['-euc', command], { cwd: folder, env: environment, stdio: 'inherit' });
  if (status !== 0) throw new Error(`This step of the Dockerfile failed with ${status}: ${command}`);
}

/** The way from this machine to a registry is its own setting, not the image's. */
function networkOf(): Record<string, string> {
  const ask = (name: string): string =>
    spawnSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: tmpdir() }).stdout.trim();
  const settings = { registry: ask('registry'), cafile: ask('cafile') };
  const names = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  return Object.fromEntries([
    ...Object.entries(settings).flatMap(([name, value]) =>
      value === '' || value === 'null'
        ? []
        : [
            [`npm_config_${name}`, value],
            [`pnpm_config_${name}`, value],
          ],
    ),
    ...names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  ]) as Record<string, string>;
}

/** Why this machine cannot run the steps at all, which says nothing about them; null where it can. */
function obstacle(): string | null {
  const { bavail, bsize } = statfsSync(work);
  const free = Math.round((bavail * bsize) / 1e6);
  if (free < NEEDED_MB) return `${tmpdir()} has ${free} MB left, of ${NEEDED_MB} needed`;
  if (commit === '') return 'the checkout is no Git repository that this user may read';
  const environment = { PATH: path, HOME: join(work, 'home'), ...networkOf() };
  const { status, stderr } = spawnSync('npm', ['view', 'pnpm', 'version'], {
    cwd: work,
    env: environment,
    encoding: 'utf8',
    timeout: ANSWER_WITHIN_MS,
  });
  return status === 0 ? null : `no registry answers from a clean environment: ${stderr.slice(0, 300)}`;
}

/** The user without rights, where there is one who may enter the folder: some machines keep theirs to themselves. */
function otherUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const { status } = spawnSync(join(work, 'bin', 'node'), ['--version'], { cwd: work, ...FIRST_USER });
  if (status !== 0)
    console.log('Another user cannot enter the folder for temporary files: served as this one.');
  return status === 0 ? FIRST_USER : null;
}

function archiveTo(folder: string): void {
  const command = `git -C '${root}' archive ${commit} | tar -x -C '${folder}'`;
  const { status } = spawnSync('sh', ['-c', command], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The checkout could not be archived.');
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const found of globSync(ignored, { cwd: folder }))
    rmSync(join(folder, found), { recursive: true, force: true });
}

function build(stage: Stage): void {
  const folder = folderOf(stage.name);
  mkdirSync(folder, { recursive: true });
  for (const { kind, text } of stage.steps) {
    // Packages of the system and what belongs to root are the image's own affair.
    if (kind === 'RUN' && !text.startsWith('apt-get')) runIn(folder, text.replaceAll('/root/', '$HOME/'));
    if (kind === 'RUN') continue;
    const [, from, source = '', target = ''] = /^(?:--from=(\w+) )?(\S+) (\S+)$/.exec(text) ?? [];
    if (from === undefined && source === '.') archiveTo(folder);
    else if (from !== undefined) copyFrom({ from, source, folder, target });
    else throw new Error(`This script does not know the step COPY ${text}.`);
  }
}

function copyFrom(step: { from: string; source: string; folder: string; target: string }): void {
  const source = join(folderOf(step.from), step.source.replace(/^\/app\/?/, ''));
  const target = join(step.folder, step.target.replace(/^\/app\/?/, ''));
  mkdirSync(dirname(target), { recursive: true });
  const { status } = spawnSync('cp', ['-a', `${source}/.`, `${target}/`], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${source} could not be copied.`);
}

/** The bytes of a folder's files, which is what a layer of the image holds; a file with several names counts once. */
function megabytesOf(folder: string): number {
  const seen = new Set<number>();
  const bytesIn = (at: string): number =>
    readdirSync(at, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(at, entry.name);
      // Links are not followed: those of node_modules lead to other packages of the same folder.
      if (entry.isDirectory()) return sum + bytesIn(path);
      const { ino, size } = lstatSync(path);
      if (seen.has(ino)) return sum;
      seen.add(ino);
      return sum + size;
    }, 0);
  return Math.round(bytesIn(folder) / 1e6);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address instanceof Object ? address.port : 0;
}

/** Serves as the image does: its command and environment, a user without rights, nothing but DATA_DIR to write to. */
async function serve({ environment, command }: Stage, folder: string): Promise<void> {
  const data = join(work, 'data');
  mkdirSync(data);
  chmodSync(work, 0o755);
  const user = otherUser();
  // Files of the application belong to root, who builds the image; the user may read them.
  if (user !== null) chownSync(data, user.uid, user.gid);
  const port = await freePort();
  const child = spawn(command[0] ?? 'node', command.slice(1), {
    cwd: folder,
    env: { PATH: path, ...environment, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: data },
    stdio: ['ignore', 'inherit', 'inherit'],
    ...user,
  });
  try {
    const answers = await answersOf(child, port);
    console.log(`healthz, readyz, metrics, web app: ${answers.join(', ')}`);
    if (answers.some((status) => status !== 200)) throw new Error('The result does not serve.');
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
  }
  if (child.exitCode !== 0) throw new Error(`It ended with ${child.exitCode} after SIGTERM.`);
}

async function answersOf(child: ChildProcess, port: number): Promise<readonly number[]> {
  const ask = (path: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ status }) => status,
      () => 0,
    );
  const end = Date.now() + ANSWER_WITHIN_MS;
  while ((await ask('/readyz')) !== 200) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode} before it answered.`);
    if (Date.now() > end) throw new Error('It did not answer in time.');
    await wait(200);
  }
  return Promise.all(['/healthz', '/readyz', '/metrics', '/'].map(ask));
}

try {
  mkdirSync(join(work, 'home'));
  mkdirSync(join(work, 'bin'));
  copyFileSync(process.execPath, join(work, 'bin', 'node'));
  const reason = obstacle();
  if (reason === null) await check();
  else console.log(`Not run, for want of what it needs: ${reason}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function check(): Promise<void> {
  const stages = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  for (const stage of stages) {
    console.log(`── stage ${stage.name}`);
    build(stage);
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('The Dockerfile has no stage.');
  const folder = folderOf(last.name);
  const size = megabytesOf(folder);
  console.log(`The application is ${size} MB, of ${LARGEST_MB} at most.`);
  if (size > LARGEST_MB) throw new Error('The application is too large.');
  await serve(last, folder);
}
