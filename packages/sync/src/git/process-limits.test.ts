import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitRepetitions } from '../testing/hostile-pack.ts';
import { call, createGitWorld, type GitWorld } from './testing/git-world.ts';
import { priorityBelow } from './give-way.ts';
import { ObjectReader } from './object-reader.ts';
import type { ProcessLimits } from './process-limits.ts';
import { launchHere } from './spawn.ts';
import { Launcher } from './spawn-server.ts';

let world: GitWorld;
let folder: string;
const launcher = new Launcher();
beforeAll(async () => {
  world = await createGitWorld();
  folder = await mkdtemp(join(tmpdir(), 'project-sync-limits-'));
});
afterAll(async () => {
  await launcher.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const codeOf = async (script: string, limits: ProcessLimits, launch = launchHere) => {
  const env = { PATH: process.env['PATH'] ?? '' };
  const started = await launch('sh', ['-c', script], { cwd: folder, env, limits });
  started.stdout.resume();
  started.stderr.resume();
  return started.ended;
};

test.each([
  ['of this process', launchHere],
  ['of the process that starts others', launcher.launch],
])(
  'a child %s ends at its limit of processor time, and of the size of a file',
  async (_, launch) => {
    expect(await codeOf('while :; do :; done', { cpuSeconds: 1 }, launch)).not.toBe(0);
    await codeOf('exec head -c 100000 /dev/zero > written', { fileBytes: 4096 }, launch);
    expect((await stat(join(folder, 'written'))).size).toBeLessThanOrEqual(8192);
  },
  30_000,
);

test.each([
  ['of this process', launchHere],
  ['of the process that starts others', launcher.launch],
])('a child %s gives way to the server', async (_, launch) => {
  const env = { PATH: process.env['PATH'] ?? '' };
  const started = await launch('sleep', ['60'], { cwd: folder, env });
  expect(getPriority(started.pid)).toBe(priorityBelow(getPriority()));
  started.end();
  await started.ended;
});

test('arguments pass through limits as they are', async () => {
  const env = { PATH: process.env['PATH'] ?? '' };
  const args = ['a b', '$HOME', '"; exit 3', '-c', '*', ''];
  const limits = { cpuSeconds: 5 };
  const started = await launchHere('printf', ['<%s>', ...args], { cwd: folder, env, limits });
  expect(Buffer.concat(await started.stdout.toArray()).toString()).toBe(
    args.map((arg) => `<${arg}>`).join(''),
  );
});

test('a pack with more bytes than a fetch may store ends with a code, and leaves nothing behind', async () => {
  const at = await world.repository();
  const noise = Buffer.from(
    Array.from({ length: 300_000 }, (_, index) => (index * 7919 * (index % 977)) % 251),
  );
  at.commit('main', { noise });
  const mirror = world.freshMirror();
  const source = await world.served(at, { mirror, limits: { fileBytes: 20_000 } });
  await expect(source.head('main', null, call)).rejects.toMatchObject({
    code: 'REPOSITORY_TOO_LARGE',
    retryable: false,
  });
  expect((await readdir(world.folder)).filter((name) => mirror.endsWith(name))).toEqual([]);
});

test('a pack of two kilobytes that unpacks to sixty megabytes ends with a code where less memory is allowed', async () => {
  const at = await world.repository();
  expect(commitRepetitions(at, { base: 1_000_000, times: 60, files: 1 })).toBeLessThan(2500);
  const source = await world.served(at, { limits: { memoryBytes: 55_000_000 } });
  await expect(source.head('main', null, call)).rejects.toMatchObject({ code: 'REPOSITORY_TOO_LARGE' });
});

test('an object larger than any that is read ends the reading before it is in memory', async () => {
  const at = await world.repository();
  at.commit('main', Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`file-${index}`, 'x'])));
  const root = at.git('rev-parse', 'main^{tree}').toString().trim();
  const borrowed = { gitDir: at.path, objects: join(at.path, 'objects') };
  await using reader = await ObjectReader.open(launchHere, borrowed, call.signal);
  await expect(reader.objects([root], 1000).next()).rejects.toMatchObject({ code: 'REPOSITORY_TOO_LARGE' });
});
