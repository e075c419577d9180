import { EventEmitter } from 'node:events';
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { createSplitter } from './create-splitter.ts';
import { priorityBelow } from './give-way.ts';
import type { SplitEntry } from './split-entry.ts';
import type { SplitInput } from './split-text.ts';
import type { SplitWorker } from './split-thread.ts';

const splitter = createSplitter({ threads: 1 });
afterAll(() => splitter.close());

/** Each of these begins a raw string whose end is searched in all the rest: 60 KB take half a minute. */
const hanging = 'r#"'.repeat(20_000);
/** The parser follows all readings of this at once, which takes gigabytes. */
const greedy = `class A {}\n${'A<'.repeat(20_000)}`;
const covers = (entries: readonly SplitEntry[], text: string): void => {
  expect(
    entries
      .map((entry) => entry.text)
      .join('')
      .replace(/\s/g, ''),
  ).toBe(text.replace(/\s/g, ''));
};

test('a file of one tenant that never finishes keeps no file of another waiting', async () => {
  const shared = createSplitter({ threads: 2, parseMs: 600_000, textMs: 2500 });
  const order: string[] = [];
  const read = async (name: string, input: { text: string; dialect: string; group: string }) => {
    await shared.split(input);
    order.push(name);
  };
  const hostile = Promise.allSettled([
    read('hostile', { text: hanging, dialect: 'rust', group: 'one' }),
    read('hostile again', { text: `${hanging} `, dialect: 'rust', group: 'one' }),
  ]);
  await read('harmless', { text: 'fn next() {}', dialect: 'rust', group: 'other' });
  expect(order[0]).toBe('harmless');
  // Their time need not pass: a processor would be busy with nothing but that.
  await shared.close();
  await hostile;
}, 60_000);

test.runIf(process.platform === 'linux')('its threads give way to all others of the process', async () => {
  const splitter = createSplitter({ threads: 1 });
  await splitter.split({ text: 'fn next() {}', dialect: 'rust' });
  const priorities = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
  expect(priorities).toContain(priorityBelow(getPriority()));
  await splitter.close();
});

describe('a text on which a grammar fails', () => {
  test('is split by its lines when the grammar takes too long, and the next text by its grammar', async () => {
    const limited = createSplitter({ threads: 1, parseMs: 300 });
    const [slow, next] = await Promise.all([
      limited.split({ text: hanging, dialect: 'rust' }),
      limited.split({ text: 'fn next() {}', dialect: 'rust' }),
    ]);
    covers(slow, hanging);
    expect(next).toMatchObject([{ symbol: 'next' }]);
    await limited.close();
  });

  test('is split by its lines in a new thread when the first never finishes', async () => {
    const limited = createSplitter({ threads: 1, parseMs: 600_000, textMs: 2500 });
    const started = performance.now();
    const [before, slow, next] = await Promise.all([
      limited.split({ text: 'fn before() {}', dialect: 'rust' }),
      limited.split({ text: hanging, dialect: 'rust' }),
      limited.split({ text: 'fn next() {}', dialect: 'rust' }),
    ]);
    covers(slow, hanging);
    expect([before[0]?.symbol, next[0]?.symbol]).toEqual(['before', 'next']);
    expect(performance.now() - started).toBeLessThan(20_000);
    await limited.close();
  });

  test('is split by its lines when it uses all memory, and the next text by its grammar', async () => {
    const [entries, next] = await Promise.all([
      splitter.split({ text: greedy, dialect: 'java' }),
      splitter.split({ text: 'class Next { void go() {} }', dialect: 'java' }),
    ]);
    covers(entries, greedy);
    expect(next).toMatchObject([{ symbol: 'Next' }]);
  });

  test('is split by its lines when the thread dies', async () => {
    const small = createSplitter({ threads: 1, memoryMb: 24 });
    const text = Array.from({ length: 55_000 }, (_, index) => `function f${index}() {}`).join('\n');
    const [before, entries, next] = await Promise.all([
      small.split({ text: 'function before() {}', dialect: 'javascript' }),
      small.split({ text, dialect: 'javascript' }),
      small.split({ text: 'function next() {}', dialect: 'javascript' }),
    ]);
    expect([before[0]?.symbol, entries[0]?.symbol, next[0]?.symbol]).toEqual(['before', null, 'next']);
    covers(entries, text);
    await small.close();
  });
});

describe('a text whose facts are read in the same pass', () => {
  test.each([
    ['typescript', 'export const a = 1;\nexport function b() { return a; }\n'],
    ['typescript', 'export const a = 1;\r\nexport function b() { return a; }\r\n'],
    ['svelte', '<script lang="ts">\n  import { a } from \'./a\';\n</script>\n<p>{a}</p>\n'],
    ['python', 'def a():\n    return 1\n'],
    ['json', '{ "a": 1 }\n'],
  ])('has the passages and the facts of two passes (%s, %#)', async (dialect, text) => {
    const once = await splitter.splitWithFacts({ text, dialect });
    expect(once.entries).toEqual(await splitter.split({ text, dialect }));
    expect(once.facts).toEqual(await splitter.facts({ text, dialect }));
    expect(once.facts === null).toBe(dialect === 'json');
  });

  test('is split without them where a thread was lost, and by its lines only then', async () => {
    const tried: SplitInput[] = [];
    const startWorker = (): SplitWorker => {
      const worker = new EventEmitter();
      const postMessage = (input: SplitInput): void => {
        tried.push(input);
        if (tried.length < 3) worker.emit('error', new Error('The thread died.'));
        else worker.emit('message', { result: { entries: [], facts: null } });
      };
      const parts = {
        postMessage,
        ref: () => undefined,
        unref: () => undefined,
        terminate: () => Promise.resolve(0),
      };
      return Object.assign(worker, parts) as unknown as SplitWorker;
    };
    const fragile = createSplitter({ threads: 1, startWorker });
    const result = await fragile.splitWithFacts({ text: 'const a = 1;', dialect: 'typescript' });
    expect(result.facts).toBeNull();
    expect(tried.map(({ wanted, byLines }) => [wanted, byLines])).toEqual([
      ['BOTH', undefined],
      [undefined, undefined],
      [undefined, true],
    ]);
    await fragile.close();
  });
});

describe('a splitter', () => {
  test('masks a whole private key, wherever the file is cut', async () => {
    const body = Array.from(
      { length: 60 },
      (_, index) => `${String(index).padStart(2, '0')}${'QmFzZTY0'.repeat(7)}`,
    );
    const key = [`-----BEGIN RSA ${'PRIVATE'} KEY-----`, ...body, `-----END RSA ${'PRIVATE'} KEY-----`].join(
      '\n',
    );
    const kept = await splitter.split({ text: `first line\n${key}\nlast line`, dialect: 'lines' });
    expect(kept.map(({ text }) => text).join('\n')).not.toContain('QmFzZTY0');
    expect(kept.at(-1)?.endLine).toBe(64);
  });

  test('rejects an aborted text, and continues with the next one', async () => {
    const controller = new AbortController();
    const stopped = splitter.split({
      text: 'const a = 1;\n'.repeat(20_000),
      dialect: 'typescript',
      signal: controller.signal,
    });
    controller.abort();
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(await splitter.split({ text: 'function next() {}', dialect: 'typescript' })).toMatchObject([
      { symbol: 'next' },
    ]);
  });

  test('starts new threads after it was closed', async () => {
    const other = createSplitter({ threads: 1 });
    await other.split({ text: 'a', dialect: 'lines' });
    await other.close();
    expect(await other.split({ text: 'b', dialect: 'lines' })).toHaveLength(1);
    await other.close();
  });

  test('splits 200,000 functions, deep nesting and a line of 5 MB in bounded time, and covers every line', async () => {
    const many = Array.from(
      { length: 200_000 },
      (_, index) => `function f${index}() { return ${index}; }`,
    ).join('\n');
    const started = performance.now();
    for (const text of [
      many,
      `${'('.repeat(100_000)}${')'.repeat(100_000)}`,
      `${'function a() {\n'.repeat(20_000)}${'}\n'.repeat(20_000)}`,
      'x=1;'.repeat(1_250_000),
    ]) {
      const entries = await splitter.split({ text, dialect: 'javascript' });
      expect(entries[0]?.startLine).toBe(1);
      expect(entries.at(-1)?.endLine).toBeGreaterThanOrEqual(text.trimEnd().split('\n').length);
      // A line that is longer than a passage becomes several entries of that line.
      const places = [...new Map(entries.map((entry) => [entry.startLine, entry])).values()];
      expect(
        places.every(
          (entry, index) => index === 0 || entry.startLine === (places[index - 1]?.endLine ?? 0) + 1,
        ),
      ).toBe(true);
    }
    expect(performance.now() - started).toBeLessThan(30_000);
  }, 60_000);

  test('keeps the hashes of a data file below an added line', async () => {
    const keys = (count: number) =>
      Array.from({ length: count }, (_, index) => `  "key${index}": "value of ${index * 7919}"`);
    const hashes = new Set(
      (await splitter.split({ text: ['{', keys(2000).join(',\n'), '}'].join('\n'), dialect: 'json' })).map(
        ({ hash }) => hash,
      ),
    );
    const moved = await splitter.split({
      text: ['{', '  "first": 1,', keys(2000).join(',\n'), '}'].join('\n'),
      dialect: 'json',
    });
    expect(hashes.size).toBeGreaterThan(50);
    expect(moved.filter(({ hash }) => !hashes.has(hash)).length).toBeLessThanOrEqual(3);
  });
});
