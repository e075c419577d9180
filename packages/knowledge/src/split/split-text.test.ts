import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createSplitter } from './create-splitter.ts';

const splitter = createSplitter();
afterAll(() => splitter.close());
const split = (text: string, dialect = 'typescript') => splitter.split({ text, dialect });
/** Functions that are each large enough for a passage of its own. */
const functions = (count: number, changed = -1) =>
  Array.from({ length: count }, (_, index) => {
    const steps = Array.from(
      { length: 10 },
      (_step, step) => `  value = combine(value, ${index * 10 + step}, 'step');`,
    );
    return `/** Does task ${index}. */\nexport function task${index}(value: number): number {\n${steps.join('\n')}\n  return value + ${index === changed ? 'value' : index};\n}`;
  }).join('\n\n');

describe('splitting', () => {
  test('creates an entry for each large function, with its comment, and one changed function changes one hash', async () => {
    const before = await split(functions(50));
    const after = await split(functions(50, 17));
    expect(before.map(({ symbol }) => symbol)).toEqual(
      Array.from({ length: 50 }, (_, index) => `task${index}`),
    );
    expect(before[3]?.text).toContain('Does task 3.');
    expect(
      after.filter((entry, index) => entry.hash !== before[index]?.hash).map(({ symbol }) => symbol),
    ).toEqual(['task17']);
  });

  test('keeps the hashes after a line was added above, and with other line ends', async () => {
    const hashes = (await split(functions(10))).map(({ hash }) => hash);
    const moved = (await split(`// a new first line\nimport x from 'y';\n\n${functions(10)}`)).map(
      ({ hash }) => hash,
    );
    expect(moved.slice(-10)).toEqual(hashes);
    expect((await split(functions(10).replaceAll('\n', '\r\n'))).map(({ hash }) => hash)).toEqual(hashes);
  });

  test('covers every line of a file, in order', async () => {
    for (const name of ['syntax-outline.ts', 'split-entry.ts', 'create-splitter.ts']) {
      const text = readFileSync(fileURLToPath(new URL(`./${name}`, import.meta.url)), 'utf8');
      const covered = new Set(
        (await split(text)).flatMap(({ startLine, endLine }) =>
          Array.from({ length: endLine - startLine + 1 }, (_, index) => startLine + index),
        ),
      );
      text
        .split('\n')
        .forEach((line, index) =>
          expect(line.trim() === '' || covered.has(index + 1), `${name}:${index + 1}`).toBe(true),
        );
    }
  });

  test.each([
    [
      'python',
      'class Shape:\n    def area(self):\n        return 1\n\ndef helper(x):\n    return x\n',
      ['Shape', 'helper'],
    ],
    ['go', 'package a\n\ntype T struct { x int }\n\nfunc (t *T) Get() int {\n\treturn t.x\n}\n', ['Get']],
    [
      'rust',
      'struct P { x: i32 }\n\nimpl P {\n    fn new() -> P { P { x: 0 } }\n}\n\nfn main() {}\n',
      ['main', 'P'],
    ],
    ['java', 'class A {\n  int b() { return 1; }\n}\n', ['A']],
    ['c', 'int add(int a, int b) {\n  return a + b;\n}\n', ['add']],
    ['csharp', 'class A {\n  int B() { return 1; }\n}\n', ['A']],
    ['ruby', 'class A\n  def b\n    1\n  end\nend\n', ['A']],
    ['php', '<?php\nfunction f($x) {\n  return $x;\n}\n', ['f']],
    ['bash', 'greet() {\n  echo hello\n}\n', ['greet']],
    [
      'css',
      '@import "a.css";\n.card { color: red; }\n\n@media print { .card { display: none; } }\n@layer base {\n  a { b: c }\n}\n@keyframes spin { from { a: b } }\n',
      ['.card', '@media print', '@layer base', '@keyframes spin'],
    ],
    [
      'javascript',
      'module.exports.open = function () {};\nShape.prototype.area = () => 1;\nnamed.value = 3;\n',
      ['module.exports.open', 'Shape.prototype.area'],
    ],
    ['typescript', 'namespace Shapes { export const a = 1; }\nexport enum Side { A }\n', ['Shapes', 'Side']],
    [
      'vue',
      '<template>\n  <p>{{ x }}</p>\n</template>\n\n<script setup lang="ts">\nfunction grow(by: number) {\n  return by;\n}\n</script>\n\n<style scoped>\np { color: red; }\n</style>\n',
      ['template', 'grow', 'style'],
    ],
    ['tsx', 'export const Card = () => {\n  return <p>hello</p>;\n};\n', ['Card']],
  ])('names the definitions of %s', async (dialect, text, symbols) => {
    const names = (await split(text, dialect)).flatMap(({ definitions }) =>
      definitions.map(({ name }) => name),
    );
    expect(names).toEqual(expect.arrayContaining(symbols));
  });

  test('splits a large class into its methods, each with the class as parent', async () => {
    const methods = Array.from(
      { length: 12 },
      (_, index) =>
        `  method${index}() {\n${`    this.count += ${index};\n`.repeat(20)}    return ${index};\n  }\n`,
    ).join('\n');
    const entries = await split(`export class Large {\n${methods}}\n`);
    expect(entries.find(({ symbol }) => symbol === 'method5')?.parents).toEqual(['Large']);
  });

  test('cuts a long function between its statements, and a changed statement changes one passage', async () => {
    const statement = (index: number, changed: boolean) =>
      index % 5 === 4
        ? `  for (const each of list${index}) {\n    consume(each, ${index});\n    keep(each);\n  }`
        : `  const value${index} = compute${changed ? 'Anew' : ''}(input, 'step ${index}', { at: ${index} });`;
    const long = (changed = -1) =>
      `/** Does much. */\nexport function long(input: Input): void {\n${Array.from({ length: 120 }, (_, index) => statement(index, index === changed)).join('\n')}\n}\n`;
    const before = await split(long());
    expect(before.length).toBeGreaterThan(4);
    expect(Math.max(...before.map(({ tokens }) => tokens))).toBeLessThanOrEqual(400);
    for (const { text, symbol } of before.slice(1)) {
      expect(symbol).toBe('long');
      expect(text).toMatch(/^ {2}(const|for) /);
    }
    const known = new Set(before.map(({ hash }) => hash));
    expect((await split(long(61))).filter(({ hash }) => !known.has(hash))).toHaveLength(1);
    expect((await split(`import a from 'a';\n\n${long()}`)).slice(1)).toMatchObject(
      before.map(({ hash }) => ({ hash })),
    );
  });

  test('keeps a comment with the statement below it', async () => {
    const text = `function commented() {\n${Array.from({ length: 60 }, (_, index) => `  // Why step ${index} is there at all, in some words.\n  step${index}();`).join('\n')}\n}\n`;
    const parts = await split(text, 'javascript');
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts.slice(1)) expect(part.text).toMatch(/^ {2}\/\/ Why step/);
  });

  test('covers every word of a long line, and a change in it moves no passage further on', async () => {
    const words = Array.from({ length: 4000 }, (_, index) => `word${index}`);
    const parts = await split(words.join(' '), 'lines');
    expect(Math.max(...parts.map(({ tokens }) => tokens))).toBeLessThanOrEqual(400);
    const found = new Set(parts.flatMap((part) => part.words.split(' ')));
    expect(words.filter((word) => !found.has(word))).toEqual([]);
    const hashes = new Set(parts.map(({ hash }) => hash));
    const changed = await split(`a new beginning ${words.join(' ')}`, 'lines');
    expect(changed.filter(({ hash }) => !hashes.has(hash)).length).toBeLessThan(4);
  });

  test.each(['markdown', 'rst', 'python', 'json', 'css', 'html', 'lines', 'sql'])(
    'limits every passage of %s to its size, whatever the lines are',
    async (dialect) => {
      const text = Array.from(
        { length: 400 },
        (_, index) =>
          `${' '.repeat((index * 7) % 12)}${'some text, and more of it; '.repeat(index % 9)}${index}`,
      ).join('\n');
      const parts = await split(text, dialect);
      expect(Math.max(...parts.map(({ tokens }) => tokens))).toBeLessThanOrEqual(400);
      const said = parts.map((part) => part.text).join('');
      for (let index = 0; index < 400; index += 1) expect(said).toContain(String(index));
    },
  );

  test('splits a broken file, an empty one, and one of a single long line', async () => {
    expect(
      (await split('export function ok() { return 1; }\n\nfunction broken( {{{ \n const = ;\n')).length,
    ).toBeGreaterThan(0);
    expect(await split('')).toEqual([]);
    const long = await split('x'.repeat(5_000_000), 'javascript');
    expect(long.map(({ text }) => text).join('')).toBe('x'.repeat(5_000_000));
    expect(Math.max(...long.map(({ tokens }) => tokens))).toBeLessThanOrEqual(400);
    expect(new Set(long.map(({ startLine, endLine }) => `${startLine}-${endLine}`))).toEqual(
      new Set(['1-1']),
    );
  });

  test('splits a letter with its date and tags, and a document by its headings', async () => {
    const letter = await split(
      '---\ndate: 2026-03-04\ntags: [deploy, database]\n---\n# What we learned\n\nText.\n',
      'letter',
    );
    expect(letter[0]).toMatchObject({ kind: 'LETTER', date: '2026-03-04', tags: ['deploy', 'database'] });
    const dated = async (text: string, dialect: string) => (await split(text, dialect))[0]?.date;
    expect(await dated('---\ndate: 2026-03-04\n---\nText.\n', 'letter:2026-03-01')).toBe('2026-03-04');
    expect(await dated('# Of the week after 2026-02-20\n', 'letter:2026-03-01')).toBe('2026-03-01');
    expect(await dated('# Of 2026-02-20\n', 'letter')).toBe('2026-02-20');
    const prose = 'Some words of a section, and some more. '.repeat(30);
    const sections = await split(
      `# One\n\n${prose}\n\n\`\`\`sh\n# no heading\n\`\`\`\n\n## Two\n\n${prose}\n`,
      'markdown',
    );
    expect(sections.map(({ symbol, parents }) => [symbol, parents])).toEqual([
      ['One', []],
      ['Two', ['One']],
    ]);
  });

  test('does not block its caller while it splits', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await split(functions(5000));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('a rule in a document', () => {
  const rule =
    'Every request carries a trace ID, which the log line repeats, and no caller may leave it out. ';
  const list = (exceptionOf: number): string =>
    Array.from({ length: 40 }, (_, index) =>
      index === exceptionOf ? `- ${rule}\n\n  Unless it is a health check.\n` : `- ${rule}\n`,
    ).join('\n');

  test.each(Array.from({ length: 12 }, (_, at) => at))(
    'stays with its exception, wherever the cut falls (%i)',
    async (at) => {
      const entries = await split(`# Rules\n\n${list(at)}`, 'markdown');
      expect(entries.length).toBeGreaterThan(1);
      const holding = entries.filter(({ text }) => text.includes('Unless it is a health check.'));
      expect(holding).toHaveLength(1);
      expect(holding[0]?.text).toMatch(/trace ID[^]*Unless/);
    },
  );
  test('stays with the section of its exceptions', async () => {
    const text = `# Logging\n\n${rule.repeat(5)}\n\n## Exceptions\n\nHealth checks carry none.\n\n# Names\n\n${rule.repeat(5)}`;
    const entries = await split(text, 'markdown');
    expect(entries.map(({ symbol }) => symbol)).toEqual(['Logging', 'Names']);
  });
});
