import { afterAll, describe, expect, test } from 'vitest';
import { createSplitter } from './create-splitter.ts';

const splitter = createSplitter({ threads: 1 });
afterAll(() => splitter.close());

describe('a splitter', () => {
  test('masks a private key whole, however the file is cut', async () => {
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

  test('stops waiting when it is told to, and goes on with the next text', async () => {
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

  test('starts a thread anew after it was closed', async () => {
    const other = createSplitter({ threads: 1 });
    await other.split({ text: 'a', dialect: 'lines' });
    await other.close();
    expect(await other.split({ text: 'b', dialect: 'lines' })).toHaveLength(1);
    await other.close();
  });

  test('keeps time and lines with 200,000 functions, deep nesting and a line of 5 MB', async () => {
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
      // A line that is longer than a passage is several entries of the same line.
      const places = [...new Map(entries.map((entry) => [entry.startLine, entry])).values()];
      expect(
        places.every(
          (entry, index) => index === 0 || entry.startLine === (places[index - 1]?.endLine ?? 0) + 1,
        ),
      ).toBe(true);
    }
    expect(performance.now() - started).toBeLessThan(30_000);
  }, 60_000);

  test('gives a data file the same hashes below a line that was added above', async () => {
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
