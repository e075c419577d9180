import { expect, test } from 'vitest';
import { splitText } from './split-text.ts';

// Inputs that made one step of the splitter read all the rest of a text again and again.
test.each([
  ['many statements on one line', 'javascript', 'x();'.repeat(200_000)],
  ['many functions on one line', 'javascript', 'function f(){return 1}'.repeat(40_000)],
  [
    'many functions on one line inside of a function',
    'javascript',
    `function a() {\n${'var f=function(){};'.repeat(40_000)}\n}\n`,
  ],
  [
    'many tests on one line',
    'javascript',
    `describe('a', () => {\n${"it('b', () => {});".repeat(30_000)}\n});\n`,
  ],
  ['many fields on one line', 'typescript', `class A {\n${'b = () => { c(); };'.repeat(30_000)}\n}\n`],
  ['many scripts in a page', 'html', '<script>\na();\n</script>\n'.repeat(2000)],
  ['many headings without text', 'markdown', '## A\n'.repeat(200_000)],
  ['a heading of many marks', 'markdown', `# ${'# '.repeat(500_000)}x\n`],
  [
    'many nested folders of tests',
    'javascript',
    `${"describe('a', () => {\n".repeat(3000)}${'});\n'.repeat(3000)}`,
  ],
  ['many nested templates', 'cpp', `${'template <class T> '.repeat(5000)} class A {};\n`],
  ['many keys on one line', 'json', `{${'"a": 1, '.repeat(100_000)}"b": 2}\n`],
  ['many conditions', 'c', `${'#if A\n'.repeat(5000)}int a;\n${'#endif\n'.repeat(5000)}`],
])(
  'splits %s in bounded time',
  async (_name, dialect, text) => {
    // Of this thread alone, so that a busy machine does not count.
    const { user } = process.threadCpuUsage();
    const entries = await splitText({ text, dialect });
    expect(entries.length).toBeGreaterThan(0);
    expect((process.threadCpuUsage().user - user) / 1000).toBeLessThan(6000);
    expect(entries.reduce((sum, { names }) => sum + names.join('').length, 0)).toBeLessThan(10_000_000);
  },
  120_000,
);
