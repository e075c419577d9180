import { afterEach, expect, test, vi } from 'vitest';
import { ColouredText } from './coloured-text.ts';
import { grammarOf } from './grammar.ts';
import { highlight } from './highlight.ts';

afterEach(() => vi.restoreAllMocks());

const text = 'export function open(name: string) {\n  return false;\n}\n';
async function coloursOf() {
  const packed = await highlight(text, 'src/open.ts');
  if (packed === null) return undefined;
  const coloured = new ColouredText(text, packed);
  return Array.from({ length: coloured.lineCount }, (_, index) =>
    coloured.line(index)?.map(({ text, dark }) => [text, dark]),
  );
}

test('the colours of a line do not depend on how fast the machine is', async () => {
  const fast = await coloursOf();
  let now = 0;
  // Every look at the clock finds a second gone.
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  expect(await coloursOf()).toEqual(fast);
  expect(new Set(fast?.[1]?.map(([, colour]) => colour)).size).toBeGreaterThan(1);
});

test('the runs of each line add up to it, whatever ends the lines', async () => {
  const windows = 'const a = 1;\r\n\r\n  // ünï\r\nb();';
  const packed = await highlight(windows, 'a.ts');
  const coloured = packed === null ? null : new ColouredText(windows, packed);
  const lines = [0, 1, 2, 3].map((index) =>
    coloured
      ?.line(index)
      ?.map(({ text }) => text)
      .join(''),
  );
  expect(lines).toEqual(['const a = 1;', '', '  // ünï', 'b();']);
  expect(coloured?.line(4)).toBeNull();
});

test('a text without a grammar, or beyond the size limit, stays uncoloured', async () => {
  expect(await highlight('x', 'notes.unknown')).toBeNull();
  expect(await highlight('x'.repeat(300_001), 'a.ts')).toBeNull();
});

test('a grammar is found by the extension, or by the whole name', () => {
  expect(['a/b.test.ts', 'Dockerfile', 'x.YML', 'LICENSE'].map(grammarOf)).toEqual([
    'typescript',
    'docker',
    'yaml',
    null,
  ]);
});
