import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, FaultKind } from '@project-sync/fake-github';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Source, SourceCall, SourceWait } from '../ports/source.ts';
import { listingOf } from '../testing/index.ts';
import { Holdings } from './testing/holdings.ts';
import { passingFaults } from './testing/passing-faults.ts';
import { createWorld, freshToken, manyFiles, type World } from './testing/world.ts';

const call: SourceCall = { signal: new AbortController().signal };
const scoped = freshToken();
const limited = freshToken();
let world: World;
let first: string;
let pushed: string;

beforeAll(async () => {
  world = await createWorld();
  first = world.repository.commit('main', {
    ...manyFiles(250),
    'image.bin': Buffer.from([0, 1, 2]),
    '.gitattributes': 'file1.ts export-ignore\n',
  });
  pushed = world.repository.commit('pushed', manyFiles(130, 'second'), { from: first });
  world.repository.commit('pushed', { 'other.ts': 'x\n' }, { from: first });
  world.repository.point('rewritten', pushed);
});
afterAll(() => world.close());
beforeEach(() => {
  world.github.clearFaults();
  world.github.log.length = 0;
});

/** Reads `rewritten` after `pushed`, a force-push: a comparison that misleads, trees, and texts in two questions. */
async function readAfterPush(source: Source): Promise<Holdings> {
  const holdings = new Holdings();
  await holdings.read(source, 'pushed', call);
  world.github.log.length = 0;
  await holdings.read(source, 'rewritten', call);
  return holdings;
}

function proven(holdings: Holdings, commit: string): boolean {
  return listingOf(holdings.trees, holdings.base?.treeOid ?? '', 'sha1').equals(
    world.repository.lsTree(commit),
  );
}

describe('a transient fault', () => {
  it.each(Object.entries(passingFaults))(
    'ends in the right tree, whichever request it hits: %s',
    async (_, fault: Fault) => {
      for (let after = 0; after < 4; after += 1) {
        world.github.clearFaults();
        world.github.log.length = 0;
        world.github.fault({ ...fault, after });
        const holdings = new Holdings();
        await holdings.read(world.source(), 'main', call);
        expect(proven(holdings, first), `first import, request ${after}`).toBe(true);
        // Four and the hidden files; a fault costs its own repetition, or another way round.
        expect(world.github.log.length).toBeLessThanOrEqual(9);
        expect(world.github.log.filter((request) => request.insideClosedWindow)).toEqual([]);

        world.github.clearFaults();
        world.github.fault({ ...fault, after: after + 3 });
        expect(proven(await readAfterPush(world.source()), pushed), `after a push, request ${after}`).toBe(
          true,
        );
        expect(world.github.log.length).toBeLessThanOrEqual(10);
        expect(world.github.log.filter((request) => request.insideClosedWindow)).toEqual([]);
      }
    },
  );

  it('is retried if the answer never comes', async () => {
    world.github.fault({ kind: 'stall' });
    const holdings = new Holdings();
    await holdings.read(world.source({ silence: 500 }), 'main', call);
    expect(proven(holdings, first)).toBe(true);
  });

  it('reports how long it waits for a rate limit', async () => {
    world.github.fault({ kind: 'primary-limit' });
    const waits: SourceWait[] = [];
    await world.source().head('main', null, { ...call, onWait: (wait) => waits.push(wait) });
    expect(waits).toHaveLength(1);
    expect(waits[0]?.message).toMatch(/^The rate limit of GitHub is used up; continuing at \d\d:\d\d UTC$/);
    expect(waits[0]?.until?.getTime()).toBeLessThanOrEqual(world.clock.now());
  });

  it('of one reader holds back every other reader with the same token', async () => {
    const credentials = freshToken();
    const readers = [
      world.source({ credentials }),
      world.source({ credentials }),
      world.source({ credentials }),
    ];
    world.github.fault({ kind: 'secondary-limit', status: 403 });
    await Promise.all(readers.map((reader) => reader.head('main', null, call)));
    expect(world.github.log).toHaveLength(4);
    expect(world.github.log.filter((request) => request.insideClosedWindow)).toEqual([]);
  });
});

describe('a permanent fault', () => {
  const forever: [string, FaultKind, string][] = [
    ['502', { kind: 'status', status: 502 }, 'SOURCE_UNAVAILABLE'],
    ['HTML instead of JSON', { kind: 'html' }, 'SOURCE_INVALID_RESPONSE'],
    ['a wrong body', { kind: 'wrong-body' }, 'SOURCE_INVALID_RESPONSE'],
    ['a cut body', { kind: 'cut-body' }, 'SOURCE_UNAVAILABLE'],
    ['corrupt content', { kind: 'corrupt' }, 'CONTENT_UNVERIFIED'],
    ['a secondary limit', { kind: 'secondary-limit', status: 403 }, 'RATE_LIMITED'],
  ];
  it.each(forever)('fails with a code after few requests: %s', async (_, fault, code) => {
    world.github.fault({ ...fault, times: 1_000 });
    await expect(new Holdings().read(world.source(), 'main', call)).rejects.toMatchObject({
      name: 'SyncError',
      code,
      retryable: true,
    });
    expect(world.github.log.length).toBeLessThanOrEqual(12);
    expect(world.github.log.filter((request) => request.insideClosedWindow)).toEqual([]);
  });

  it('names the path of a content that cannot be verified', async () => {
    const reader = world.source();
    const answer = await reader.head('main', null, call);
    if (answer.kind !== 'head') throw new Error('No head.');
    world.github.fault({
      kind: 'corrupt',
      times: 1_000,
      when: ({ path }) => path.includes('/blobs/') || path === '/graphql' || path.includes('/codeload/'),
    });
    await expect(new Holdings().read(world.source(), 'main', call)).rejects.toMatchObject({
      code: 'CONTENT_UNVERIFIED',
      subject: expect.any(String) as string,
    });
  });

  it('is given up if the connection stays silent', async () => {
    world.github.fault({ kind: 'stall', times: 10 });
    await expect(world.source({ silence: 60 }).head('main', null, call)).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
    });
  });

  it('never follows an answer to another host', async () => {
    let visits = 0;
    const canary = createServer((_, response) => response.end(String((visits += 1))));
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const { port } = canary.address() as AddressInfo;
    const to = `http://127.0.0.1:${port}/steal`;
    world.github.fault({ kind: 'redirect', to });
    await expect(world.source().head('main', null, call)).rejects.toMatchObject({ code: 'HOST_NOT_ALLOWED' });
    world.github.fault({ kind: 'redirect', to, when: ({ path }) => path.includes('/tarball/') });
    const holdings = new Holdings();
    await holdings.read(world.source(), 'main', call);
    expect(proven(holdings, first)).toBe(true);
    expect(visits).toBe(0);
    await new Promise((resolve) => canary.close(resolve));
  });

  it('lets every queued reader abort while another one waits for an answer', async () => {
    const credentials = freshToken();
    const slow = new AbortController();
    const gone = new AbortController();
    world.github.fault({ kind: 'stall' });
    const stalled = world.source({ credentials }).head('main', null, { signal: slow.signal });
    const waiting = world.source({ credentials }).head('main', null, { signal: gone.signal });
    await vi.waitFor(() => expect(world.github.log).toHaveLength(1));
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    slow.abort(new Error('stopped'));
    await expect(stalled).rejects.toThrow('stopped');
    expect(await world.source({ credentials }).head('main', first, call)).toEqual({ kind: 'unchanged' });
  });

  it('stops at once if it is cancelled, even during a wait', async () => {
    const controller = new AbortController();
    world.github.fault({ kind: 'stall' });
    const asking = world.source().head('main', null, { signal: controller.signal });
    await vi.waitFor(() => expect(world.github.log).toHaveLength(1));
    controller.abort(new Error('cancelled by a person'));
    await expect(asking).rejects.toThrow('cancelled by a person');
  });
});

describe('a change of access or repository', () => {
  it('during the read leaves the pinned commit whole: force-push, deletion of the branch, rename of the repository', async () => {
    const changes = [
      () => void world.repository.commit('moving', { 'late.ts': 'late\n' }, { from: null }),
      () => world.repository.point('moving', null),
      () => world.github.repositories.rename('acme/widget', 'acme/renamed'),
    ];
    for (const run of changes) {
      world.repository.point('moving', first);
      world.github.fault({ kind: 'run', run, after: 1 });
      const holdings = new Holdings();
      await holdings.read(world.source(), 'moving', call);
      expect(proven(holdings, first)).toBe(true);
    }
    world.github.repositories.rename('acme/renamed', 'acme/widget');
  });

  it.each([1, 2, 3])('such as a revoked token stops request %i with a remedy', async (after) => {
    const credentials = freshToken();
    world.github.fault({ kind: 'run', run: () => world.github.revoke(credentials.token), after });
    // The archive's address carries its own permission, so a token revoked then is met by the next request.
    const reading = new Holdings().read(world.source({ credentials }), 'main', call);
    await expect(reading).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('Enter a new one') as string,
    });
  });

  it('such as privacy, a missing scope or deletion is reported without revealing more than GitHub does', async () => {
    const at = await createWorld({
      tokens: { [scoped.token]: { scopes: ['repo'] }, [limited.token]: { scopes: [] } },
    });
    at.repository.commit('main', manyFiles(3));
    await new Holdings().read(at.source({ credentials: limited }), 'main', call);
    at.github.repositories.setPrivate('acme/widget', true);
    await new Holdings().read(at.source({ credentials: scoped }), 'main', call);
    for (const credentials of [limited, { kind: 'anonymous' } as const]) {
      await expect(at.source({ credentials }).head('main', null, call)).rejects.toMatchObject({
        code: 'REPOSITORY_NOT_FOUND',
      });
    }
    await expect(at.source().head('main', null, call)).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
    at.github.fault({ kind: 'run', run: () => at.github.repositories.delete('acme/widget'), after: 1 });
    await expect(new Holdings().read(at.source({ credentials: scoped }), 'main', call)).rejects.toMatchObject(
      { name: 'SyncError' },
    );
    await at.close();
  });

  it('such as an emptied repository is a failure or an answer, never an empty tree', async () => {
    const at = await createWorld();
    at.repository.commit('main', manyFiles(300));
    const empty = () => {
      at.repository.point('main', null);
      at.repository.git('-c', 'gc.reflogExpire=now', 'gc', '--prune=now', '--quiet');
    };
    at.github.fault({ kind: 'run', run: empty, after: 1 });
    await expect(new Holdings().read(at.source(), 'main', call)).rejects.toMatchObject({
      name: 'SyncError',
      retryable: true,
    });
    expect(await at.source().head('main', null, call)).toEqual({ kind: 'gone' });
    await at.close();
  });
});
