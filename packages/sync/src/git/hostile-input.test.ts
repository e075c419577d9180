import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SyncError } from '../sync-error.ts';
import type { SourceCall } from '../ports/source.ts';
import { createRepository } from '../testing/index.ts';
import { gitSource } from './git-source.ts';
import { launchHere, type Launch } from './spawn.ts';
import {
  hostileAddresses,
  hostileBranches,
  internalAddresses,
  rebindingAddresses,
} from './testing/hostile-addresses.ts';

const call: SourceCall = { signal: new AbortController().signal };
const refusals = ['INVALID_URL', 'HOST_NOT_ALLOWED', 'PATH_NOT_ALLOWED'];
let folder: string;
let canary: Server;
let connections = 0;
let port = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'project-sync-hostile-'));
  canary = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => canary.listen(0, '::', resolve));
  const address = canary.address();
  if (address !== null && typeof address === 'object') port = address.port;
});
afterAll(async () => {
  await new Promise((resolve) => canary.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const forbidden: Launch = () => Promise.reject(new Error('A process was started.'));

async function refusal(url: string): Promise<unknown> {
  return gitSource({
    url: url.replaceAll('PORT', String(port)),
    mirror: join(folder, 'never.git'),
    token: 'secret',
    allowedHosts: null,
    localRoots: [folder],
    // Were ssh refused altogether, its hosts would not be judged.
    ssh: { identityFile: '/nowhere/key', knownHostsFile: '/nowhere/known' },
    launch: forbidden,
    resolve: () => Promise.resolve(['127.0.0.1']),
  }).then(
    () => null,
    (error: unknown) => error,
  );
}

test('the corpus holds at least 150 different inputs', () => {
  const all = new Set([...internalAddresses, ...rebindingAddresses, ...hostileAddresses, ...hostileBranches]);
  expect(all.size).toBeGreaterThanOrEqual(150);
});

test.each([
  ['that lead inside', internalAddresses],
  ['that turn inside once resolved', rebindingAddresses],
  ['that are none', hostileAddresses],
])('addresses %s are refused before anything is started or connected to', async (_, addresses) => {
  for (const url of addresses) {
    const error = await refusal(url);
    expect(error, url).toBeInstanceOf(SyncError);
    if (error instanceof SyncError) expect(refusals, `${url}: ${error.message}`).toContain(error.code);
  }
  expect(connections).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

test('an ssh address is refused if ssh is not configured', async () => {
  await expect(
    gitSource({
      url: 'git@example.com:owner/name.git',
      mirror: join(folder, 'x.git'),
      allowedHosts: null,
      localRoots: [],
      launch: forbidden,
    }),
  ).rejects.toMatchObject({ code: 'INVALID_URL' });
});

test('a branch name is never used as an option, revision, refspec or pattern', async () => {
  const at = await createRepository();
  const legal = new Map<string, string>();
  for (const [index, name] of hostileBranches.entries()) {
    // Each has a commit of its own, so that each has to be fetched.
    const commit = at.commit('main', { 'a.txt': `${index}\n` });
    try {
      at.git('update-ref', `refs/heads/${name}`, commit);
      legal.set(name, commit);
    } catch {
      // Git itself has no branch of this name.
    }
  }
  const started: (readonly string[])[] = [];
  const recording: Launch = (file, args, options) => {
    started.push(args);
    return launchHere(file, args, options);
  };
  const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-hostile-mirror-'));
  const source = await gitSource({
    url: at.path,
    mirror: join(mirrors, 'm.git'),
    allowedHosts: null,
    localRoots: [dirname(at.path)],
    launch: recording,
  });
  expect(legal.size).toBeGreaterThan(20);
  for (const name of hostileBranches) {
    const answer = await source.head(name, null, call);
    const found = answer.kind === 'head' ? answer.head.commitOid : answer.kind;
    expect(found, JSON.stringify(name)).toBe(legal.get(name) ?? 'gone');
    if (answer.kind === 'head') await source.keep(name, answer.head, call);
  }
  const own =
    /^(-c|-a|-d|-q|-e|-t|--(symref|end-of-options|progress|no-tags|no-write-fetch-head|no-recurse-submodules|no-auto-maintenance|depth=1|verify|quiet|bare|template=|object-format=sha1|show-object-format|batch-command|buffer))$/;
  for (const args of started) {
    for (const arg of args) if (arg.startsWith('-')) expect(arg).toMatch(own);
    const rest = args.indexOf('--end-of-options');
    for (const [index, arg] of args.entries())
      if (arg.includes('refs/heads/')) expect(rest >= 0 && index > rest, arg).toBe(true);
  }
  await at.remove();
  await rm(mirrors, { recursive: true, force: true });
});
