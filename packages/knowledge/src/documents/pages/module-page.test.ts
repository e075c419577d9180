import { describe, expect, test } from 'vitest';
import { checkPage } from '../check-page.ts';
import type { FolderSymbol } from '../module-facts.ts';
import { neighboursOf, plannedModulePage, touchedNeighbours } from '../module-pages.ts';
import { summaryOf } from '../module-summary.ts';
import { moduleOwn } from './module-page.ts';
import { symbol, file, modules, moduleAt, snapshot } from '../testing/sample-modules.ts';

describe('the page of a module', () => {
  const neighbours = neighboursOf(modules.map(summaryOf));
  const page = plannedModulePage(moduleOwn(moduleAt('store')), neighbours).write();

  test('says what it is for, what it offers, who needs it and what tests it, each with its lines', () => {
    expect(page.content).toBe(`# \`store\`

Keeps ships in berths. ([README.md:5-6](store/README.md#L5-L6))

3 source files, about 30 lines of TypeScript. It exports 2 names, none of them with a doc comment.

## Offers

- \`Store\`, class ([index.ts:2](store/index.ts#L2))

Members and further names are in its reference: 2 exported names in all.

## Needed by

- [\`app\`](app): 1 import ([main.ts:1](app/main.ts#L1))

## Tests

- [\`app/main.test.ts\`](app/main.test.ts) ([main.test.ts:1](app/main.test.ts#L1))

## Longest functions

- \`hidden\`: 90 lines ([file-store.ts:1-90](store/file-store.ts#L1-L90))
`);
    expect(page.citations).toContainEqual({ path: 'store/index.ts', startLine: 2, endLine: 2 });
    expect(checkPage(page, snapshot)).toEqual([]);
  });

  test('offers no private names of Python, and each name once', () => {
    const offer = (path: string, line: number, qualifiedName: string) =>
      symbol(path, line, { qualifiedName });
    const facts = {
      path: 'a',
      files: ['a/_impl.py', 'a/core.py'].map((path) => file(path)),
      symbols: [
        offer('a/_impl.py', 1, 'Hidden'),
        offer('a/core.py', 1, 'run'),
        offer('a/core.py', 9, 'run'),
        offer('a/core.py', 12, '_own'),
      ],
      imports: [],
      purpose: null,
    };
    expect(moduleOwn(facts).offers.map(({ name, line }) => `${name} ${line}`)).toEqual(['run 1']);
    const alone = { ...facts, symbols: facts.symbols.slice(0, 1) };
    expect(moduleOwn(alone).offers.map(({ name }) => name)).toEqual(['Hidden']);
  });

  test('offers what a namespace around a whole file holds, and nothing that only a crate sees', () => {
    const offered = (path: string, names: readonly (readonly [string, FolderSymbol['kind'], string?])[]) =>
      names.map(([qualifiedName, kind, signature], index) =>
        symbol(path, index + 1, { qualifiedName, kind, ...(signature === undefined ? {} : { signature }) }),
      );
    const symbols = [
      ...offered('a/base.rb', [
        ['Rack', 'MODULE'],
        ['Rack.Guard', 'MODULE'],
        ['Rack.Guard.Base', 'CLASS'],
        ['Rack.Guard.Base.call', 'METHOD'],
      ]),
      ...offered('a/open.rb', [
        ['Space', 'MODULE'],
        ['Space.x', 'METHOD'],
        ['other', 'METHOD'],
      ]),
      ...offered('a/lib.rs', [
        ['Inner', 'CLASS', 'pub(crate) struct Inner'],
        ['Inner.go', 'METHOD', 'pub fn go()'],
        ['Outer', 'CLASS', 'pub struct Outer'],
        ['Elsewhere.clone', 'METHOD', 'fn clone()'],
      ]),
      ...offered('a/again.rb', [
        ['Rack.Guard', 'CLASS'],
        ['Rack.Guard.Worker', 'CLASS'],
        ['Rack.Guard.Worker.run', 'METHOD'],
      ]),
      ...offered('a/vite.config.ts', [['default', 'VARIABLE']]),
      ...offered('a/conn.go', [['conn.Read', 'METHOD']]),
      ...offered('a/types.py', [['Kind', 'VARIABLE', 'Kind = t.TypeVar("Kind")']]),
    ];
    const files = [...new Set(symbols.map(({ path }) => path))].map((path) => file(path));
    const facts = { path: 'a', files, symbols, imports: [], purpose: null };
    expect(moduleOwn(facts).offers.map(({ name }) => name)).toEqual([
      'Rack.Guard.Base',
      'Space',
      'other',
      'Outer',
      'Rack.Guard.Worker',
    ]);
    expect(summaryOf(facts).exported).toBe(11);
  });

  test('is summed up by what has the most members, then by what is documented', () => {
    const symbols = [
      symbol('a/a.ts', 1, { qualifiedName: 'plain' }),
      symbol('a/a.ts', 2, { qualifiedName: 'said', documentation: 'Says.' }),
      symbol('a/a.ts', 3, { qualifiedName: 'Big', kind: 'CLASS' }),
      symbol('a/a.ts', 4, { qualifiedName: 'Big.one', kind: 'METHOD' }),
    ];
    const facts = { path: 'a', files: [file('a/a.ts')], symbols, imports: [], purpose: null };
    expect(summaryOf(facts).offers.map(({ name }) => name)).toEqual(['Big', 'said', 'plain']);
  });

  test('names the nearest modules below it, and is touched when one comes or goes', () => {
    const at = (path: string, files = 1) => ({
      ...summaryOf(moduleAt('app')),
      path,
      files,
      needs: [],
      tested: [],
    });
    const around = neighboursOf([at('a'), at('a/b/c'), at('a/b/c/d'), at('a/b/t', 0), at('e')]);
    expect([...around.below]).toEqual([
      ['a', ['a/b/c']],
      ['a/b/c', ['a/b/c/d']],
    ]);
    expect(touchedNeighbours(null, at('a/b'))).toEqual(['a', '']);
    expect(touchedNeighbours(at('a/b'), at('a/b', 0))).toEqual(['a', '']);
    expect(touchedNeighbours(at('a/b'), at('a/b', 7))).toEqual([]);
  });

  test('counts the examples that need it, and says nothing of exports where it has no sources', () => {
    const need = [{ name: 'store', imports: 1, path: 'x.ts', line: 1 }];
    const at = (path: string) => ({ ...summaryOf(moduleAt('app')), path, needs: need, tested: [] });
    const around = neighboursOf(['examples/a', 'examples/b', 'tool'].map(at));
    const { content } = plannedModulePage(moduleOwn(moduleAt('store')), around).write();
    expect(content).toContain(
      '## Needed by\n\n- [`tool`](tool): 1 import ([x.ts:1](x.ts#L1))\n- 2 folders of examples and benchmarks\n\n',
    );
    const tests = { path: 't', files: [file('t/a.test.ts')], symbols: [], imports: [], purpose: null };
    expect(plannedModulePage(moduleOwn(tests), around).write().content).toBe('# `t`\n\n1 test file.\n');
  });

  test('says the same where only its summary differs, which is stored with it for the pages of others', () => {
    const own = moduleOwn(moduleAt('app'));
    const summary = { ...own.summary, tested: [], entries: [], naming: {}, fileNames: 'x' };
    const [before, after] = [own, { ...own, summary }].map((each) => plannedModulePage(each, neighbours));
    expect(after?.write().content).toBe(before?.write().content);
    expect(after?.inputHash).not.toBe(before?.inputHash);
  });

  test('and its neighbours are touched by what is said of them, not by the rest', () => {
    const before = summaryOf(moduleAt('app'));
    expect(touchedNeighbours(before, { ...before, files: 9, exported: 7 })).toEqual([]);
    expect(touchedNeighbours(before, { ...before, needs: [] })).toEqual(['store']);
    expect(touchedNeighbours(before, null)).toEqual(['store', '']);
  });

  test('has an input hash that follows every word of it', () => {
    const own = moduleOwn(moduleAt('app'));
    const hash = plannedModulePage(own, neighbours).inputHash;
    expect(plannedModulePage(moduleOwn(moduleAt('app')), neighbours).inputHash).toBe(hash);
    const renamed = { ...own, offers: own.offers.map((offer) => ({ ...offer, says: 'Other.' })) };
    expect(plannedModulePage(renamed, neighbours).inputHash).not.toBe(hash);
  });
});
