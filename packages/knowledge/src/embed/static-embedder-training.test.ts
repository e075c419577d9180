import { expect, test } from 'vitest';
import { readCorpus } from '../../training/corpus.ts';
import { PairEncoder } from '../../training/encode-pairs.ts';
import { openKernels } from '../../training/kernels.ts';
import type { Pair } from '../../training/pair.ts';
import { quantize } from '../../training/quantize.ts';
import { Random } from '../../training/random.ts';
import { CodeScanner } from '../../training/scan-code.ts';
import { scanDocs } from '../../training/scan-docs.ts';
import { trainTable } from '../../training/train-table.ts';

function scan(path: string, text: string): Pair[] {
  return new CodeScanner(text, { path, extension: path.slice(path.lastIndexOf('.') + 1) }).scan();
}

test('the tile kernel multiplies like plain JavaScript', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const numbers = new Float32Array(memory.buffer);
  const [depth, a, b, c] = [5, 0, 64, 256] as const;
  for (let at = 0; at < 128; at += 1) numbers[at] = (at % 7) - 3;
  openKernels(memory).tile(a * 4, depth * 4, 4, b * 4, c * 4, 8 * 4, depth);
  for (let row = 0; row < 4; row += 1) {
    for (let column = 0; column < 8; column += 1) {
      let sum = 0;
      for (let at = 0; at < depth; at += 1)
        sum += (numbers[a + row * depth + at] ?? 0) * (numbers[b + at * 8 + column] ?? 0);
      expect(numbers[c + row * 8 + column]).toBe(sum);
    }
  }
});

/** Pairs of which question n and answer n share no word, and belong together by number alone. */
function madeUpPairs(): Pair[] {
  const random = new Random(7);
  return Array.from({ length: 256 }, () => {
    const [first, second] = [random.below(16), random.below(16)];
    return {
      kind: 'doc',
      question: `ask${'abcdefghijklmnop'[first]} query${'abcdefghijklmnop'[second]}`,
      answer: `tell${'abcdefghijklmnop'[first]} reply${'abcdefghijklmnop'[second]}`,
    };
  });
}

async function trainOn(threads: number): Promise<{ readonly table: Float32Array; readonly loss: number }> {
  const encoder = new PairEncoder();
  const from = { from: 'npm', name: 'made-up', version: '1', licence: 'MIT', isHeldOut: false } as const;
  for (const half of [0, 1]) encoder.add({ from, pairs: madeUpPairs().slice(half * 128, (half + 1) * 128) });
  const { pairs } = encoder.finish({ words: 100, identifiers: 10, buckets: 64 });
  return trainTable(pairs, {
    ...{ dimension: 16, batch: 32, run: 8, epochs: 20, rate: 0.1, temperature: 0.1, dropped: 0.1, seed: 1 },
    ...{ threads, report: () => undefined },
  });
}

test('training gives the same bits with one thread and with two, and learns', async () => {
  const [one, two] = [await trainOn(1), await trainOn(2)];
  expect(one.table.every((value, at) => Object.is(value, two.table[at]))).toBe(true);
  expect(one.loss).toBeLessThan(1);
});

test('four bits keep the direction of a row', () => {
  const random = new Random(1);
  const row = Float32Array.from({ length: 384 }, () => random.normal());
  const { scales, table } = quantize(row, 384);
  const back = Float32Array.from(table, (value) => value * (scales[0] ?? 0));
  const dot = row.reduce((sum, value, at) => sum + value * (back[at] ?? 0), 0);
  expect(dot / Math.hypot(...row) / Math.hypot(...back)).toBeGreaterThan(0.99);
  expect(quantize(new Float32Array(384), 384).scales[0]).toBe(0);
});

const documented: readonly (readonly [string, string])[] = [
  [
    'a.ts',
    '/** Waits before the next attempt. */\nexport function backOff(attempt: number) {\n  return 2 ** attempt;\n}\n',
  ],
  [
    'a.py',
    'def back_off(attempt):\n    """Waits before the next attempt."""\n    return wait_for(2 ** attempt)\n',
  ],
  ['a.go', '// Waits before the next attempt.\nfunc backOff(attempt int) int {\n\treturn 1 << attempt\n}\n'],
  [
    'a.rs',
    '/// Waits before the next attempt.\npub fn back_off(attempt: u32) -> u32 {\n    1 << attempt\n}\n',
  ],
  ['a.rb', '# Waits before the next attempt.\ndef back_off(attempt)\n  sleep(2**attempt)\nend\n'],
  [
    'a.java',
    '/**\n * Waits before the next attempt.\n * @param attempt number\n */\npublic int backOff(int attempt) {\n  return 1 << attempt;\n}\n',
  ],
  [
    'a.ex',
    '@doc """\nWaits before the next attempt.\n"""\ndef back_off(attempt) do\n  sleep(attempt)\nend\n',
  ],
  [
    'a.php',
    '/** Waits before the next attempt. */\npublic function backOff(int $attempt): int {\n  return 2 ** $attempt;\n}\n',
  ],
  ['a.hs', '-- | Waits before the next attempt.\nbackOff attempt =\n  wait (seconds * attempt)\n'],
];

test.each(documented)('finds the description of a function in %s', (path, text) => {
  const found = scan(path, text).find(({ kind }) => kind === 'doc');
  expect(found?.question).toMatch(/^Waits before the next attempt\.?$/);
  expect(found?.answer).toContain('attempt');
  expect(found?.answer).not.toContain('Waits');
});

test('finds names, error messages and test titles, and takes each out of its answer', () => {
  const pairs = scan(
    'a.ts',
    `function openWorkQueue(name) {\n  const found = queues.get(name);\n  if (!found) throw new Error('There is no queue of that name');\n  return found;\n}\n\ntest('refuses a queue that was removed', () => {\n  expect(() => openWorkQueue('old')).toThrow();\n});\n`,
  );
  const answerOf = (kind: Pair['kind']): Pair | undefined => pairs.find((pair) => pair.kind === kind);
  expect(answerOf('name')).toMatchObject({ question: 'open Work Queue' });
  expect(answerOf('name')?.answer).not.toContain('openWorkQueue');
  expect(answerOf('error')?.question).toBe('There is no queue of that name');
  expect(answerOf('error')?.answer).not.toContain('no queue of that name');
  expect(answerOf('test')?.question).toBe('refuses a queue that was removed');
  expect(answerOf('test')?.answer).toContain('openWorkQueue');
});

test('licence notices are no descriptions', () => {
  const text =
    '/* Copyright by many. All rights reserved. */\nfunction run(task) {\n  return task.start();\n}\n';
  expect(scan('a.js', text).filter(({ kind }) => kind === 'doc')).toEqual([]);
});

test('finds sections and code examples in Markdown and HTML', () => {
  const prose =
    'Set the number of attempts before the queue gives a job up for good, and the pause between two of them.';
  for (const [extension, text] of [
    [
      'md',
      `# Queue\n\n## Retry failed jobs\n\n${prose}\n\n\`\`\`js\nqueue.retry({ attempts: 5, pause: seconds });\n\`\`\`\n`,
    ],
    [
      'html',
      `<h1>Queue</h1><h2>Retry failed jobs</h2><p>${prose}</p><pre>queue.retry({ attempts: 5, pause: seconds });</pre>`,
    ],
  ] as const) {
    const pairs = scanDocs(text, extension);
    expect(pairs.find(({ kind }) => kind === 'heading')?.question, extension).toBe('Retry failed jobs');
    expect(pairs.find(({ kind }) => kind === 'example')?.answer, extension).toContain('queue.retry');
  }
});

test('the corpus holds permissively licensed packages only, each once', () => {
  const packages = readCorpus();
  const permissive =
    /^(?:MIT|MIT-0|ISC|Apache-2\.0(?: WITH LLVM-exception)?|BSD-[23]-Clause|BSL-1\.0|BlueOak-1\.0\.0|PSF-2\.0|PostgreSQL|Public-Domain|Unlicense|Zlib|curl|MIT OR Apache-2\.0|CC0-1\.0|0BSD)$/;
  for (const { name, licence } of packages) expect(licence, name).toMatch(permissive);
  expect(new Set(packages.map(({ from, name }) => `${from} ${name}`)).size).toBe(packages.length);
  expect(packages.filter(({ isHeldOut }) => isHeldOut).length).toBeGreaterThan(15);
});
