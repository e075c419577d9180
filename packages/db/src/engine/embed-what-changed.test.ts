import { createSplitter, localEmbedder } from '@project-sync/knowledge';
import type { PassageEmbedder } from '@project-sync/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshotMeaning } from '../reads/snapshot-meaning.ts';
import { openMemoryWorld } from '../testing/open-memory-world.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';

const local = localEmbedder();
/** The passages sent to the embedder, and how many of the next calls fail. */
const asked: string[] = [];
let failing = 0;
const embedder: PassageEmbedder = {
  model: 'counting',
  async *embed(texts, options) {
    if (options.purpose === 'passage') {
      if (failing > 0) {
        failing -= 1;
        throw new Error('the embedder is down');
      }
      asked.push(...texts);
    }
    for await (const batch of local.embed(texts, options))
      yield batch.map((one) =>
        texts[one.index]?.includes('unspeakable') === true ? { ...one, vector: null } : one,
      );
  },
};
let opened: TestDatabase;
let world: Awaited<ReturnType<typeof openMemoryWorld>>;

beforeAll(async () => {
  opened = await openTestDatabase();
  world = await openMemoryWorld(opened, embedder);
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
  await opened.close();
});

/** One function long enough to be an entry of its own. */
const functionOf = (name: string, seed: number) =>
  `export function ${name}(value: number): number {\n${Array.from(
    { length: 12 },
    (_, line) => `  value = value * ${seed * 31 + line} + Math.floor(value / ${line + 2}) - ${seed};`,
  ).join('\n')}\n  return value;\n}\n`;
const fifty = (changed: number | null, salt: number) =>
  Array.from({ length: 50 }, (_, index) =>
    functionOf(`compute${salt}Of${index}`, index === changed ? 900 : index + salt * 100),
  ).join('\n');
async function embeddedBy(work: () => Promise<unknown>): Promise<number> {
  const before = asked.length;
  await work();
  return asked.length - before;
}

async function lacking(of: typeof world): Promise<number> {
  const [row] = await of.database.system.query<{ count: bigint }>(
    `SELECT count(*) FROM passage p WHERE p.project_id = $1
        AND NOT EXISTS (SELECT FROM embedding e WHERE e.project_id = $1 AND e.hash = p.hash)`,
    [of.projectId],
  );
  return Number(row?.count);
}

/** Counted with another server's model, which says nothing once one is in force. */
const meaningOf = ({
  branch_id: branchId,
  number,
}: {
  readonly branch_id: string;
  readonly number: number;
}) =>
  snapshotMeaning({ inProject: (_project, read) => read(world.database.system) }, world.projectId, {
    branchId,
    number,
    computed: 'another',
  });

test('a branch switch, a revert, a rename, a move, a force-push back and a second repository embed nothing', async () => {
  const { id, at } = await world.connect();
  const first = at.commit('main', {
    'src/compute.ts': fifty(null, 1),
    'src/other.ts': functionOf('otherOne', 7),
  });
  expect(await embeddedBy(() => world.sync(id))).toBeGreaterThanOrEqual(51);
  const nothing: [string, () => Promise<unknown>][] = [];
  const costs = async (what: string, work: () => Promise<unknown>) =>
    nothing.push([`${what}: ${await embeddedBy(work)}`, work]);

  at.point('work', first);
  await costs('branch switch', () => world.sync(id, 'work'));
  await costs('and back', () => world.sync(id));
  const changed = at.commit('main', { 'src/compute.ts': fifty(3, 1) });
  expect(await embeddedBy(() => world.sync(id))).toBe(1);
  at.commit('main', { 'src/compute.ts': fifty(null, 1) }, { message: 'Revert' });
  await costs('revert', () => world.sync(id));
  at.commit('main', { 'src/other.ts': null, 'src/renamed.ts': functionOf('otherOne', 7) });
  await costs('rename', () => world.sync(id));
  at.commit('main', { 'src/renamed.ts': null, 'lib/deep/renamed.ts': functionOf('otherOne', 7) });
  await costs('move', () => world.sync(id));
  at.point('main', first);
  await costs('force-push back', () => world.sync(id));
  at.point('main', changed);
  await costs('and forward again', () => world.sync(id));
  const second = await world.connect();
  second.at.commit('main', {
    'copied/compute.ts': fifty(3, 1),
    'copied/other.ts': functionOf('otherOne', 7),
  });
  const copied = await embeddedBy(() => world.sync(second.id));
  expect([...nothing.map(([what]) => what), `second repository: ${copied}`]).toEqual([
    'branch switch: 0',
    'and back: 0',
    'revert: 0',
    'rename: 0',
    'move: 0',
    'force-push back: 0',
    'and forward again: 0',
    'second repository: 0',
  ]);
});

test('one changed function in a file of fifty embeds one passage, and so does a line added above all of them', async () => {
  const { id, at } = await world.connect();
  at.commit('main', { 'src/fifty.ts': fifty(null, 2) });
  const all = await world.sync(id);
  expect(all.stats['embeddingsComputed']).toBeGreaterThanOrEqual(50);
  at.commit('main', { 'src/fifty.ts': fifty(17, 2) });
  const one = await world.sync(id);
  expect(one.stats).toMatchObject({ embeddingsComputed: 1 });
  expect(one.stats['embeddingsReused']).toBeGreaterThanOrEqual(49);
  at.commit('main', { 'src/fifty.ts': `// A line above all of them.\n\n${fifty(17, 2)}` });
  expect((await world.sync(id)).stats['embeddingsComputed']).toBeLessThanOrEqual(1);
});

test('a failing embedder during an incremental sync loses no file, and the next sync embeds the rest', async () => {
  const { id, at } = await world.connect();
  at.commit('main', { 'src/before.ts': functionOf('standingBefore', 40) });
  await world.sync(id);
  const names = ['crimsonHarbour', 'velvetOrchard', 'graniteLantern'];
  at.commit(
    'main',
    Object.fromEntries(names.map((name, index) => [`src/${name}.ts`, functionOf(name, 50 + index)])),
  );
  failing = 1;
  const failed = await world.sync(id);
  expect(failed.status).toBe('COMPLETED');
  expect(failed.warnings.map(({ code }) => code)).toContain('EMBED_INCOMPLETE');
  const paths = async (sync: typeof failed, mode: 'KEYWORD' | 'SEMANTIC') =>
    Promise.all(
      ['standingBefore', ...names].map(
        async (name) => (await world.search(name, sync, { mode }))[0]?.entry.path ?? null,
      ),
    );
  const all = ['src/before.ts', ...names.map((name) => `src/${name}.ts`)];
  // Keyword search finds passages without a vector.
  expect(await paths(failed, 'KEYWORD')).toEqual(all);
  // Names are found without a vector too, so the vectors themselves are counted.
  expect(await lacking(world)).toBe(3);
  expect(await meaningOf(failed)).toEqual({ passages: 4, embedded: 1, model: 'counting', isInForce: true });
  // Nothing has changed since, and the missing vectors are computed all the same.
  const retried = await world.sync(id);
  expect(retried.stats).toMatchObject({ embeddingsComputed: 3 });
  expect(await lacking(world)).toBe(0);
  expect(await meaningOf(retried)).toMatchObject({ passages: 4, embedded: 4 });
  expect(await paths(retried, 'SEMANTIC')).toEqual(all);
  expect(await paths(retried, 'KEYWORD')).toEqual(all);
});

test('a passage that the embedder refuses is reported, does not stop the others, and is not sent again', async () => {
  const { id, at } = await world.connect();
  at.commit('main', {
    'src/amber.ts': functionOf('amberLighthouse', 61),
    'src/bad.ts': functionOf('unspeakableThing', 62),
    'src/cedar.ts': functionOf('cedarPavilion', 63),
  });
  const sync = await world.sync(id);
  expect(sync.status).toBe('COMPLETED');
  expect(sync.stats).toMatchObject({ embeddingsComputed: 2 });
  expect(sync.warnings).toMatchObject([
    {
      code: 'EMBEDDING_REFUSED',
      message: expect.stringMatching(/passage [0-9a-f-]{36} \(“export function unspeak/) as string,
    },
  ]);
  expect(sync.embedded_at).not.toBeNull();
  for (const [name, path] of [
    ['amberLighthouse', 'src/amber.ts'],
    ['cedarPavilion', 'src/cedar.ts'],
  ] as const)
    expect((await world.search(name, sync, { mode: 'SEMANTIC' }))[0]?.entry.path).toBe(path);
  expect((await world.search('unspeakableThing', sync, { mode: 'KEYWORD' }))[0]?.entry.path).toBe(
    'src/bad.ts',
  );
  at.commit('main', { 'src/dune.ts': functionOf('duneCarousel', 64) });
  expect(await embeddedBy(() => world.sync(id))).toBe(1);
});

test('passages left by a failing embedder are embedded in the background, without another sync', async () => {
  const { id, at } = await world.connect();
  at.commit('main', { 'src/lonely.ts': functionOf('saffronCompass', 70) });
  failing = 1;
  const failed = await world.sync(id);
  expect(failed.embedded_at).toBeNull();
  await expect
    .poll(
      async () => {
        // The job waits before it is retried, and the test does not.
        await world.database.system.execute(
          `UPDATE pgboss.job SET start_after = now() WHERE name = 'embed' AND state = 'created'`,
        );
        const [hit] = await world.search('saffronCompass', failed, { mode: 'SEMANTIC' });
        return hit?.entry.path ?? null;
      },
      { timeout: 45_000, interval: 300 },
    )
    .toBe('src/lonely.ts');
});

describe('syncs that end early or run side by side', () => {
  test('passages of a failed sync are embedded by the next one, which does not store them again', async () => {
    let broken = false;
    let read = 0;
    const splitter = createSplitter();
    // A database of its own: the worker of another world would claim the syncs of this one.
    const own = await openTestDatabase();
    const other = await openMemoryWorld(own, embedder, {
      split: (input) =>
        broken && (read += 1) > 120
          ? Promise.reject(new Error('the splitter is gone'))
          : splitter.split(input),
    });
    const { id, at } = await other.connect();
    at.commit('main', { 'src/first.ts': functionOf('firstOfAll', 300) });
    await other.sync(id);
    broken = true;
    at.commit('main', {
      ...Object.fromEntries(
        Array.from({ length: 150 }, (_, index) => [
          `a/f${index}.ts`,
          functionOf(`soon${index}`, 400 + index),
        ]),
      ),
    });
    expect((await other.sync(id)).status).toBe('FAILED');
    expect(await lacking(other)).toBeGreaterThan(0);
    broken = false;
    const next = await other.sync(id);
    expect(next.stats).toMatchObject({ embeddingsComputed: 150 });
    expect(await lacking(other)).toBe(0);
    await other.close();
    await other.removeRepositories();
    await own.close();
    await splitter.close();
  });

  test('a small sync beside a large one embeds only its own passages, and none is embedded twice', async () => {
    const [reading, split, embedded] = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ];
    const sent: string[] = [];
    const slow: PassageEmbedder = {
      model: 'slow',
      async *embed(texts, options) {
        if (options.purpose === 'passage') {
          sent.push(...texts);
          if (texts.some((text) => text.includes('largeOne'))) await embedded.promise;
        }
        yield* local.embed(texts, options);
      },
    };
    const splitter = createSplitter();
    const own = await openTestDatabase();
    const other = await openMemoryWorld(own, slow, {
      concurrency: 2,
      async split(input) {
        if (input.text.includes('smallOne')) {
          reading.resolve();
          await split.promise;
        }
        return splitter.split(input);
      },
    });
    const [large, small] = [await other.connect(), await other.connect()];
    const files = Array.from({ length: 40 }, (_, index): [string, string] => [
      `f${index}.ts`,
      functionOf(`largeOne${index}`, index),
    ]);
    large.at.commit('main', Object.fromEntries(files));
    small.at.commit('main', { 'a.ts': functionOf('smallOne', 1) });
    const beside = other.sync(small.id);
    await reading.promise;
    // The large sync writes after the small one began and before the small one looks for missing vectors.
    const first = other.sync(large.id);
    await expect.poll(() => sent.length, { timeout: 30_000 }).toBeGreaterThan(0);
    split.resolve();
    expect((await beside).stats).toMatchObject({ embeddingsComputed: 1 });
    embedded.resolve();
    expect((await first).stats).toMatchObject({ embeddingsComputed: 40 });
    expect(sent.toSorted()).toEqual([...new Set(sent)].toSorted());
    expect(await lacking(other)).toBe(0);
    await other.close();
    await other.removeRepositories();
    await own.close();
    await splitter.close();
  });
});
