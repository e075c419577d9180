import { localEmbedder } from '@project-sync/knowledge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMemoryWorld, type EndedSync } from '../testing/open-memory-world.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import type { MemoryHit, MemoryQuery } from './search-memory.ts';

const modes = ['HYBRID', 'SEMANTIC', 'KEYWORD'] as const;
let opened: TestDatabase;
let world: Awaited<ReturnType<typeof openMemoryWorld>>;
let main: EndedSync;
let small: EndedSync;
let old: EndedSync;

const functionOf = (name: string, body: string) =>
  `export function ${name}(input: string): string {\n${Array.from(
    { length: 8 },
    (_, line) => `  const ${body}${line} = input.padEnd(${line * 7}, '${body}');`,
  ).join('\n')}\n  return input;\n}\n`;

beforeAll(async () => {
  opened = await openTestDatabase();
  world = await openMemoryWorld(opened, localEmbedder());
  const { id, at } = await world.connect();
  const common = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [
      `src/area${index % 20}/widget${index}.ts`,
      functionOf(`renderWidget${index}`, 'pixel'),
    ]),
  );
  at.commit('main', { ...common, 'src/gone.ts': functionOf('forgottenTreasure', 'gold') });
  old = await world.sync(id);
  at.commit('main', {
    'src/gone.ts': null,
    'docs/чтение.md': '# Чтение\n\nЗагрузчик читает настройки проекта из файла и проверяет подпись.\n',
    'docs/配置.md': '# 说明\n\n这个函数解析配置文件并返回结果。\n',
    'docs/arabic.md': '# دليل\n\nيقرأ البرنامج ملف الإعدادات ثم يتحقق من التوقيع.\n',
    'deep/below/only-here.ts': functionOf('renderWidgetElsewhere', 'pixel'),
  });
  main = await world.sync(id);
  at.commit('small', { 'tiny/one.ts': functionOf('renderWidgetTiny', 'pixel') }, { from: null });
  small = await world.sync(id, 'small');
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
  await opened.close();
});

const paths = (hits: readonly MemoryHit[]) => hits.map(({ entry }) => entry.path);
const find = (text: string, query: Parameters<typeof world.search>[2] = {}, at = main) =>
  world.search(text, at, query);

describe('a query', () => {
  const odd: Record<string, string> = {
    empty: '',
    spaces: ' \n\t ',
    punctuation: `!"#%&'()*+,-./:;<=>?@[\\]^\`{|}~`,
    'quotes and backslashes': `'; DROP TABLE passage; -- \\' "`,
    'operators of full text search': 'renderWidget7 & !pixel | (input <-> string):*',
    'a web search': '"render widget" -pixel OR input',
    'ten thousand words': 'widget '.repeat(1429).slice(0, 10_000),
    'ten thousand different words': Array.from({ length: 1400 }, (_, index) => `w${index}x`)
      .join(' ')
      .slice(0, 10_000),
    'one word of ten thousand letters': 'x'.repeat(10_000),
    'a zero byte': 'render\0widget',
    'half of a surrogate pair': 'widget \ud83d',
    emoji: '🙂🙃',
  };
  test.each(Object.entries(odd))('of %s is answered in bounded time, in each mode', async (_what, text) => {
    for (const mode of modes) {
      const begun = performance.now();
      const hits = await find(text.toWellFormed(), { mode });
      // A hundred times what it takes on an idle machine.
      expect(performance.now() - begun, mode).toBeLessThan(8000);
      expect(hits.length).toBeLessThanOrEqual(10);
      for (const { score } of hits) expect(score).toBeGreaterThan(0);
    }
  });

  test('that says nothing finds nothing', async () => {
    for (const text of ['', ' \n ', odd['punctuation'] ?? '', '🙂🙃'])
      for (const mode of modes) expect(await find(text, { mode }), `${mode} of ${text}`).toEqual([]);
  });

  test('in another script finds what is written in it, by a part of what it says as well', async () => {
    expect(paths(await find('настройки проекта', { mode: 'KEYWORD' }))[0]).toBe('docs/чтение.md');
    expect(paths(await find('ملف الإعدادات', { mode: 'KEYWORD' }))[0]).toBe('docs/arabic.md');
    for (const text of ['解析配置文件', '配置', '返回结果'])
      expect(paths(await find(text, { mode: 'KEYWORD' }))[0], text).toBe('docs/配置.md');
    expect(paths(await find('解析配置文件', { mode: 'SEMANTIC' }))[0]).toBe('docs/配置.md');
  });

  test('finds a name by its parts, in whatever case and order', async () => {
    for (const text of ['renderWidget77', 'render_widget77', 'widget77 render'])
      expect(paths(await find(text))[0], text).toBe('src/area17/widget77.ts');
  });
});

describe('a filter', () => {
  const everywhere = 'render widget pixel';
  test.each(modes)('to a small branch is not starved by the large one beside it (%s)', async (mode) => {
    expect(paths(await find(everywhere, { mode }, small))).toEqual(['tiny/one.ts']);
  });

  test.each(modes)(
    'to one folder or one kind finds what is there, though hundreds elsewhere are as like (%s)',
    async (mode) => {
      expect(paths(await find(everywhere, { mode, pathPrefix: 'deep/below' }))).toEqual([
        'deep/below/only-here.ts',
      ]);
      expect(paths(await find('配置 文件', { mode, kinds: ['DOC'] }))).toContain('docs/配置.md');
      expect(await find(everywhere, { mode, kinds: ['LETTER'] })).toEqual([]);
    },
  );

  test('by a path finds what stands in its folder alone, however many files of other branches bear the word', async () => {
    expect(paths(await find('tiny widget', { mode: 'KEYWORD' }, small))).toEqual(['tiny/one.ts']);
    expect(paths(await find('area3', { mode: 'KEYWORD' }, small))).toEqual([]);
  });

  test('as of an earlier sync finds what was there then, and the present one does not', async () => {
    expect(paths(await find('forgotten treasure', {}, old))[0]).toBe('src/gone.ts');
    for (const mode of modes)
      expect(paths(await find('forgotten treasure', { mode }))).not.toContain('src/gone.ts');
  });
});

test.each(modes)(
  'pages go on where the last one ended, and none repeats or leaves out a hit (%s)',
  async (mode) => {
    const page = (query: Partial<MemoryQuery>) => find('render widget pixel', { mode, ...query });
    const whole = await page({ first: 120 });
    expect(whole).toHaveLength(120);
    const paged: MemoryHit[] = [];
    for (let offset = 0; offset < 120; offset += 17)
      paged.push(...(await page({ first: Math.min(17, 120 - offset), offset })));
    const keys = (hits: readonly MemoryHit[]) => hits.map(({ entry }) => `${entry.id} ${entry.fileId}`);
    expect(keys(paged)).toEqual(keys(whole));
    expect(new Set(keys(paged)).size).toBe(120);
  },
);
