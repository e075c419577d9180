import { expect, test } from 'vitest';
import { splitText } from './split-text.ts';

const block = (name: string, count: number, line: (index: number) => string): string =>
  `${name}\n${Array.from({ length: count }, (_, index) => line(index)).join('\n')}`;

const samples: Record<string, { text: string; symbols: string[] }> = {
  json: {
    text: `{\n${['alpha', 'beta'].map((key) => `${block(`  "${key}": {`, 60, (i) => `    "${key}${i}": ${i},`)}\n    "end": 0\n  }`).join(',\n')}\n}\n`,
    symbols: ['alpha', 'beta'],
  },
  yaml: {
    text: `${['services', 'volumes'].map((key) => block(`${key}:`, 60, (i) => `  ${key}${i}: ${i}`)).join('\n')}\n`,
    symbols: ['services', 'volumes'],
  },
  toml: {
    text: `${['package', 'tool.lint'].map((key) => block(`[${key}]`, 80, (i) => `key${i} = ${i}`)).join('\n')}\n`,
    symbols: ['package', 'tool.lint'],
  },
  html: {
    text: `<!doctype html>\n<html>\n<body>\n${['top', 'bottom'].map((id) => `${block(`<section id="${id}">`, 80, (i) => `<p>${id} ${i}</p>`)}\n</section>`).join('\n')}\n</body>\n</html>\n`,
    symbols: ['section#top', 'section#bottom'],
  },
  svelte: {
    text: `${block('<script lang="ts">', 3, (i) => `  let a${i} = ${i};`)}\n${['grow', 'shrink'].map((name) => `${block(`  export function ${name}(by: number) {`, 40, (i) => `    by += ${i};`)}\n    return by;\n  }`).join('\n')}\n</script>\n\n${block('{#snippet row(item)}', 60, (i) => `<p>${i}</p>`)}\n{/snippet}\n\n${block('<main>', 60, (i) => `<b>${i}</b>`)}\n</main>\n`,
    symbols: ['grow', 'shrink', 'row', 'main'],
  },
  sql: {
    text: `${['person', 'team'].map((name) => `${block(`CREATE TABLE IF NOT EXISTS ${name} (`, 40, (i) => `  column_${i} int,`)}\n  id int\n);`).join('\n')}\n`,
    symbols: ['person', 'team'],
  },
  c: {
    text: `#include <stdio.h>\n\n/* Adds. */\n${block('int add(int a, int b) {', 40, (i) => `  a += b * ${i};`)}\n  return a + b;\n}\n\n${block('struct point {', 40, (i) => `  int x${i};`)}\n};\n\n${block('static void *spread(struct point *p)\n{', 40, (i) => `  p->x${i} = ${i};`)}\n  return p;\n}\n`,
    symbols: ['add', 'point', 'spread'],
  },
};

test.each(Object.entries(samples))(
  '%s is cut at its named parts, and every line is covered',
  async (dialect, { text, symbols }) => {
    const entries = await splitText({ text, dialect });
    const found = entries.flatMap(({ definitions }) => definitions.map(({ name }) => name));
    for (const symbol of symbols) expect(found).toContain(symbol);
    const covered = new Set(
      entries.flatMap(({ startLine, endLine }) =>
        Array.from({ length: endLine - startLine + 1 }, (_, index) => startLine + index),
      ),
    );
    text.split('\n').forEach((line, index) => {
      if (line.trim() !== '') expect([index + 1, covered.has(index + 1)]).toEqual([index + 1, true]);
    });
  },
);

test.each(Object.entries(samples))(
  'a line added above changes no hash of the part of %s below it',
  async (dialect, { text, symbols }) => {
    const comment = {
      json: '',
      yaml: '# new\n',
      toml: '# new\n',
      html: '<!-- new -->\n',
      svelte: '<!-- new -->\n',
      sql: '-- new\n',
      c: '// new\n',
    };
    const above = (comment as Record<string, string>)[dialect] || '\n';
    const hashes = async (given: string) =>
      new Map((await splitText({ text: given, dialect })).map(({ symbol, hash }) => [symbol, hash]));
    const [before, after] = [await hashes(text), await hashes(above + text)];
    const last = symbols.at(-1) ?? null;
    expect(after.get(last)).toBe(before.get(last));
  },
);

test.each(Object.entries(samples))(
  'blank lines above and other line ends change no hash of %s',
  async (dialect, { text }) => {
    const hashes = async (given: string) =>
      (await splitText({ text: given, dialect })).map(({ hash }) => hash);
    const large = text.repeat(dialect === 'json' ? 1 : 5);
    expect(await hashes(`\n\n${large}`.replaceAll('\n', '\r\n'))).toEqual(await hashes(large));
  },
);

test('a blank line above a list changes none of its hashes', async () => {
  const list = `[\n${Array.from({ length: 90 }, (_, index) => `  {\n    "type": "kind_${index}",\n    "named": ${index % 2 === 0}\n  }`).join(',\n')}\n]\n`;
  const hashes = async (text: string) => (await splitText({ text, dialect: 'json' })).map(({ hash }) => hash);
  expect((await hashes(list)).length).toBeGreaterThan(3);
  expect(await hashes(`\n${list}`)).toEqual(await hashes(list));
});

test('a document that no grammar parses is split by its lines', async () => {
  const text = `${'{"broken": [\n'.repeat(50)}\n: : :\n`;
  for (const dialect of ['json', 'yaml', 'toml', 'html', 'svelte']) {
    const entries = await splitText({ text, dialect });
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.at(-1)?.endLine).toBeGreaterThanOrEqual(52);
  }
});
