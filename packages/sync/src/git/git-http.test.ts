import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Holdings } from '../github/testing/holdings.ts';
import type { Source, SourceCall } from '../ports/source.ts';
import {
  createRepository,
  listingOf,
  serveGit,
  type GitServer,
  type ServerFault,
  type TestRepository,
} from '../testing/index.ts';
import { gitSource, type GitSourceOptions } from './git-source.ts';
import { launchHere, type Launch } from './spawn.ts';
import { Launcher } from './spawn-server.ts';

let folder: string;
const launcher = new Launcher();
let mirrors = 0;
let at: TestRepository;
let server: GitServer;
const token = `glpat-${'s3cr3t'.repeat(4)}`;
const call: SourceCall = { signal: new AbortController().signal };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'project-sync-http-'));
});
afterAll(async () => {
  await launcher.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  at = await createRepository();
  server = await serveGit(at.path, { token });
  at.commit('main', manyFiles(300));
});
afterEach(async () => {
  await server.close();
  await at.remove();
});

function manyFiles(count: number, said = 'first'): Record<string, string> {
  const noise = (index: number) =>
    Array.from({ length: 40 }, (_, line) => ((index * 7919 + line * 104_729) % 1_000_003).toString(36)).join(
      '\n',
    );
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `dir-${index % 13}/file-${index}.txt`,
      `${said} ${index}\n${noise(index)}`,
    ]),
  );
}

function sourceOf(extra: Partial<GitSourceOptions> = {}): Promise<Source> {
  mirrors += 1;
  return gitSource({
    url: server.url,
    mirror: join(folder, `mirror-${mirrors}.git`),
    token,
    allowedHosts: [server.host],
    localRoots: [],
    ...extra,
  });
}

async function failureOf(
  work: Promise<unknown>,
): Promise<{ code?: string; message: string; cause?: unknown; retryable?: boolean }> {
  return work.then(
    () => ({ message: 'It did not fail.' }),
    (error: unknown) => (error instanceof Error ? error : { message: String(error) }),
  );
}

/** The living members of process groups; a zombie that its parent has not buried yet is no life. */
async function membersOf(groups: readonly number[]): Promise<string[]> {
  const living: string[] = [];
  for (const name of await readdir('/proc')) {
    const line = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '') : '';
    const [state, , group] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z' && groups.includes(Number(group))) living.push(line);
  }
  return living;
}

async function readRight(source: Source, branch = 'main', holdings = new Holdings()): Promise<Holdings> {
  const head = await holdings.read(source, branch, call);
  if (head === null) throw new Error('Nothing was read.');
  expect(listingOf(holdings.trees, head.treeOid, head.format).equals(at.lsTree(head.commitOid))).toBe(true);
  await source.keep(branch, head, call);
  return holdings;
}

describe('a server', () => {
  test('is read with a token that appears in no argument, address or error', async () => {
    const started: { args: readonly string[]; env: NodeJS.ProcessEnv }[] = [];
    const recording: Launch = (file, args, options) => {
      started.push({ args, env: options.env });
      return launchHere(file, args, options);
    };
    await readRight(await sourceOf({ launch: recording }));
    expect(started.flatMap(({ args }) => args).join('\n')).not.toContain(token);
    for (const { env } of started) {
      expect(
        Object.keys(env).filter((name) => !/^(PATH|HOME|LC_ALL|GIT_.*|SSH_ASKPASS)$/.test(name)),
      ).toEqual([]);
    }
    server.strike(() => ({ kind: 'status', status: 500, body: `no ${token}` }));
    const failure = await failureOf((await sourceOf()).defaultBranch(call));
    expect(JSON.stringify([failure.message, String(failure.cause), failure])).not.toContain(token);
    expect(failure.code).toBe('SOURCE_UNAVAILABLE');
  });

  test.each([
    ['a wrong token', `glpat-${'wrong'.repeat(4)}`],
    ['no token', null],
  ])('tells %s by a code, at once', async (_, given) => {
    expect(await failureOf((await sourceOf({ token: given })).head('main', null, call))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      retryable: false,
    });
  });

  test.each<[string, ServerFault, string]>([
    ['403', { kind: 'status', status: 403 }, 'PERMISSION_DENIED'],
    ['404', { kind: 'status', status: 404 }, 'REPOSITORY_NOT_FOUND'],
    ['429', { kind: 'status', status: 429 }, 'SOURCE_UNAVAILABLE'],
    ['502', { kind: 'status', status: 502, body: '<html>' }, 'SOURCE_UNAVAILABLE'],
    [
      'HTML instead of Git',
      { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
      'SOURCE_INVALID_RESPONSE',
    ],
    ['a body that breaks off', { kind: 'cut', after: 60 }, 'SOURCE_UNAVAILABLE'],
  ])('tells %s by a code', async (_, fault, code) => {
    const source = await sourceOf();
    server.strike(() => fault);
    expect(await failureOf(source.head('main', null, call))).toMatchObject({ code });
  });

  test('cannot redirect readers to another host', async () => {
    const other = await serveGit(at.path);
    try {
      server.strike(({ path }) => ({
        kind: 'status',
        status: 302,
        headers: { location: `http://${other.host}${path}` },
      }));
      expect(await failureOf((await sourceOf()).head('main', null, call))).toMatchObject({
        code: 'SOURCE_INVALID_RESPONSE',
      });
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('that cuts a fetch off causes a failure with a code, and the next attempt reads the right tree', async () => {
    const source = await sourceOf();
    for (const after of [0, 10, 500, 4000]) {
      server.strike(({ isFetch }) => (isFetch ? { kind: 'cut', after } : null));
      expect(await failureOf(source.head('main', null, call)), `${after}`).toMatchObject({
        code: expect.stringMatching(/^(SOURCE_UNAVAILABLE|CONTENT_UNVERIFIED)$/) as string,
        retryable: true,
      });
    }
    server.strike(null);
    await readRight(source);
  });

  test.each([
    ['here', () => launchHere],
    ['elsewhere', () => launcher.launch],
  ])('that stalls is given up in time, with every process it kept waiting (started %s)', async (_, by) => {
    const launch = by();
    const pids: number[] = [];
    const recording: Launch = async (file, args, options) => {
      const started = await launch(file, args, options);
      pids.push(started.pid);
      return started;
    };
    const source = await sourceOf({ launch: recording, timeouts: { silent: 700, total: 5000 } });
    server.strike(({ isFetch }) => (isFetch ? { kind: 'stall', after: 700 } : null));
    expect(await failureOf(source.head('main', null, call))).toMatchObject({
      code: 'SOURCE_TIMEOUT',
      retryable: true,
    });
    await vi.waitFor(async () => expect(await membersOf(pids)).toEqual([]));
    server.strike(null);
    await readRight(await sourceOf());
  });

  test('that refuses connections is unavailable', async () => {
    const source = await sourceOf();
    await server.close();
    expect(await failureOf(source.head('main', null, call))).toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: true,
    });
  });

  test('whose name cannot be resolved is unavailable, before any process is started', async () => {
    const launch: Launch = () => Promise.reject(new Error('A process was started.'));
    const failure = failureOf(
      sourceOf({
        url: 'https://git.example.com/owner/name',
        allowedHosts: null,
        launch,
        resolve: () => Promise.reject(new Error('ENOTFOUND')),
      }),
    );
    expect(await failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });

  test('is contacted at the address that was checked, even if its name resolves differently later', async () => {
    const { port } = new URL(server.url);
    const source = await sourceOf({
      url: `http://git.example.com:${port}${new URL(server.url).pathname}`,
      allowedHosts: ['git.example.com'],
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    await readRight(source);
  });
});

describe('a branch that moves while it is read', () => {
  test('is pinned to the fetched commit if it was force-pushed between listing and fetch', async () => {
    const source = await sourceOf();
    let moved: string | null = null;
    server.strike(({ isFetch }) => {
      if (isFetch && moved === null)
        moved = at.commit('main', { 'only.txt': 'after the push' }, { from: null });
      return null;
    });
    const holdings = new Holdings();
    const head = await holdings.read(source, 'main', call);
    expect([moved === null, head === null]).toEqual([false, false]);
    if (head !== null)
      expect(listingOf(holdings.trees, head.treeOid, head.format).equals(at.lsTree(head.commitOid))).toBe(
        true,
      );
  });

  test('stays readable at the commit that was pinned after it was deleted', async () => {
    const source = await sourceOf();
    const commit = at.head('main');
    const answer = await source.head('main', null, call);
    at.point('main', null);
    if (answer.kind !== 'head') throw new Error('No head.');
    const holdings = new Holdings();
    for await (const { trees } of source.trees({ head: answer.head, kept: holdings.kept, base: null }, call))
      for (const tree of trees) holdings.trees.set(tree.oid, tree.content);
    expect(listingOf(holdings.trees, answer.head.treeOid, 'sha1').equals(at.lsTree(commit))).toBe(true);
    expect(await source.head('main', commit, call)).toEqual({ kind: 'gone' });
  });

  test('is gone if it was deleted between listing and fetch', async () => {
    const source = await sourceOf();
    at.point('other', at.head('main'));
    // The list of references of the fetch itself no longer has it.
    let lists = 0;
    server.strike(({ method }) => {
      if (method === 'GET' && (lists += 1) === 2) at.point('main', null);
      return null;
    });
    expect(await source.head('main', null, call)).toEqual({ kind: 'gone' });
  });
});

describe('the cost of a fetch', () => {
  test('follows the change, also after a force-push and for a branch that shares everything', async () => {
    const source = await sourceOf();
    const holdings = await readRight(source);
    const first = source.usage().bytes;
    expect(first).toBeGreaterThan(20_000);
    at.commit('main', { 'dir-1/file-1.txt': 'changed' });
    await readRight(source, 'main', holdings);
    const second = source.usage().bytes - first;
    expect(second).toBeLessThan(first / 10);
    at.commit('main', { ...manyFiles(299), 'dir-1/file-1.txt': 'changed otherwise' }, { from: null });
    await readRight(source, 'main', holdings);
    expect(source.usage().bytes - first - second).toBeLessThan(first / 10);
    at.point('same', at.head('main'));
    const before = source.usage();
    const answer = await source.head('same', null, call);
    expect(answer.kind).toBe('head');
    expect(source.usage().requests - before.requests).toBe(1);
  });

  test.each([true, false])(
    'covers only what is not stored elsewhere after the mirror was lost (filters: %s)',
    async (filters) => {
      at.git('config', 'uploadpack.allowFilter', String(filters));
      const source = await sourceOf();
      const holdings = await readRight(source);
      const first = source.usage().bytes;
      await rm(join(folder, `mirror-${mirrors}.git`), { recursive: true });
      at.commit('main', {
        'dir-1/file-1.txt': 'changed',
        'dir-2/new.txt': 'new',
        'dir-3/newer.txt': 'newer',
      });
      const before = source.usage();
      await readRight(source, 'main', holdings);
      expect(source.usage().requests - before.requests).toBeLessThanOrEqual(3);
      if (filters) expect(source.usage().bytes - first).toBeLessThan(first / 2);
      at.commit('main', { 'dir-1/file-1.txt': 'once more' });
      await readRight(source, 'main', holdings);
    },
  );
});
