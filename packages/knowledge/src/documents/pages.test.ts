import { describe, expect, test } from 'vitest';
import { assembleModules, type FolderRows } from './assemble-modules.ts';
import { checkPage, type CheckedSnapshot } from './check-page.ts';
import { moduleOf, type FolderSymbol } from './module-facts.ts';
import { neighboursOf, plannedApiPage, plannedModulePage, touchedNeighbours } from './module-pages.ts';
import { summaryOf, type ModuleSummary } from './module-summary.ts';
import { architectureInputs, architecturePageOf } from './pages/architecture-page.ts';
import { moduleOwn } from './pages/module-page.ts';
import { readManifest } from './read-manifest.ts';
import { changelogPageOf } from './pages/changelog-page.ts';
import { plannedConventions, repositoryPages } from './repository-pages.ts';
import type { ManifestFacts } from './repository-facts.ts';

const symbol = (path: string, line: number, more: Partial<FolderSymbol>): FolderSymbol => ({
  path,
  qualifiedName: 'run',
  kind: 'FUNCTION',
  line,
  startLine: line,
  endLine: line + 2,
  signature: `function ${more.qualifiedName ?? 'run'}()`,
  documentation: null,
  isExported: true,
  ...more,
});
const file = (path: string, codeLines = 10) => ({
  path,
  language: 'TypeScript',
  codeLines,
  isTest: path.includes('.test.'),
});

const rows: FolderRows = {
  files: [
    'app/main.ts',
    'app/main.test.ts',
    'store/index.ts',
    'store/file-store.ts',
    'store/memory_store.ts',
  ].map((path) => file(path)),
  symbols: [
    symbol('app/main.ts', 3, { qualifiedName: 'run', documentation: 'Runs it. And more.' }),
    symbol('app/main.test.ts', 1, { qualifiedName: 'helper' }),
    symbol('store/index.ts', 2, { qualifiedName: 'Store', kind: 'CLASS', signature: 'class Store' }),
    symbol('store/index.ts', 4, { qualifiedName: 'Store.save', kind: 'METHOD' }),
    symbol('store/file-store.ts', 1, { qualifiedName: 'hidden', isExported: false, endLine: 90 }),
  ],
  imports: [
    { from: 'app/main.ts', line: 1, to: 'store/index.ts', packageName: null },
    { from: 'app/main.ts', line: 2, to: null, packageName: 'zod' },
    { from: 'app/main.test.ts', line: 1, to: 'store/index.ts', packageName: null },
  ],
  readmes: ['store/README.md'],
};
const texts = new Map([
  ['store/README.md', '# Store\n\n[![x](y)](z)\n\nKeeps *ships*\nin `berths`.\n\nMore.\n'],
  ['README.md', '# Harbour\n\nA harbour.\n'],
  [
    'app/main.ts',
    "import { Store } from '../store';\nimport 'zod';\n/** Runs it. */\nexport function run() {}\n",
  ],
]);
const modules = assembleModules(rows, texts);
const moduleAt = (path: string) => modules.find((each) => each.path === path) ?? modules[0]!;

const lines = 'line\n'.repeat(100);
const snapshot: CheckedSnapshot = {
  isPath: (path) =>
    [...rows.files.map((each) => each.path), ...rows.readmes, 'package.json'].some(
      (each) => each === path || each.startsWith(`${path}/`),
    ),
  isSymbol: (name) => rows.symbols.some(({ qualifiedName }) => qualifiedName === name),
  textOf: (path) => texts.get(path) ?? `${lines} zod`,
};

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

describe('the reference of a module', () => {
  test('has each export with its signature and doc comment, and no test', () => {
    const page = plannedApiPage(moduleAt('app'))?.write();
    expect(page?.content).toContain(
      '### `run`\n\n```\nfunction run()\n```\n\nRuns it. And more. ([main.ts:3](app/main.ts#L3))',
    );
    expect(page?.content).not.toContain('helper');
    expect(page === undefined ? [] : checkPage(page, snapshot)).toEqual([]);
  });

  test('says of a member what it takes and gives, and leaves out a signature that is only the name', () => {
    const symbols = [
      symbol('a/A.java', 1, {
        qualifiedName: 'A.get',
        documentation: 'Gets it.\n@param key the key\n@return the value\n@deprecated use put\n@since 1',
      }),
      symbol('a/A.java', 5, { qualifiedName: 'A.MOST', kind: 'CONSTANT', signature: 'MOST' }),
    ];
    const facts = { path: 'a', files: [file('a/A.java')], symbols, imports: [], purpose: null };
    expect(plannedApiPage(facts)?.write().content).toContain(
      'Gets it. ([A.java:1](a/A.java#L1))\n\n- key: the key\n- Returns: the value\n- Deprecated: use put\n\n### `A.MOST`\n\n([A.java:5]',
    );
  });

  test('leaves out the namespace around a file, and an accessor beside its reader', () => {
    const symbols = [
      symbol('a/a.rb', 1, { qualifiedName: 'Puma', kind: 'MODULE' }),
      symbol('a/a.rb', 2, { qualifiedName: 'Puma.Binder', kind: 'CLASS' }),
      symbol('a/a.rb', 3, { qualifiedName: 'Puma.Binder.ios', kind: 'METHOD' }),
      symbol('a/a.rb', 4, { qualifiedName: 'Puma.Binder.ios', kind: 'METHOD' }),
    ];
    const facts = { path: 'a', files: [file('a/a.rb')], symbols, imports: [], purpose: null };
    const headings = plannedApiPage(facts)
      ?.write()
      .content.match(/^### .*$/gm);
    expect(headings).toEqual(['### `Puma.Binder`', '### `Puma.Binder.ios`']);
  });

  test('has every class where not all members have room', () => {
    const symbols = Array.from({ length: 900 }, (_, index) => {
      const name = `C${Math.floor(index / 3)}`;
      const qualifiedName = index % 3 === 0 ? name : `${name}.m${index}`;
      return symbol('a/a.ts', index + 1, { qualifiedName, kind: index % 3 === 0 ? 'CLASS' : 'METHOD' });
    });
    const page = plannedApiPage({ path: 'a', files: [file('a/a.ts')], symbols, imports: [], purpose: null });
    const content = page?.write().content ?? '';
    expect(content).toContain(
      '600 of 900 exported definitions: all that stand in no other one, and the first members.',
    );
    expect(content).toContain('### `C299`');
    expect(content).not.toContain('### `C299.');
  });

  test('is bounded, and there is none where nothing is exported', () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      symbol('a/a.ts', index + 1, { qualifiedName: `f${index}`, documentation: 'x '.repeat(2000) }),
    );
    const facts = { path: 'a', files: [file('a/a.ts')], symbols: many, imports: [], purpose: null };
    const page = plannedApiPage(facts)?.write();
    expect(page?.content).toContain('The first 242 of 2,000 exported definitions.');
    expect(page?.content.length).toBeLessThan(150_000);
    expect(plannedApiPage({ ...facts, symbols: [] })).toBeNull();
  });
});

/** Reads a flowchart as Mermaid's grammar has it; throws at a line that is none. */
function readFlowchart(markdown: string): { nodes: Map<string, string>; edges: [string, string, number][] } {
  const [first, ...rest] = (/```mermaid\n([\s\S]*?)\n```/.exec(markdown)?.[1] ?? '').split('\n');
  expect(first).toBe('flowchart LR');
  const nodes = new Map<string, string>();
  const edges: [string, string, number][] = [];
  for (const line of rest) {
    const node = /^ {2}(n\d+)\["([^"<>`;&]*|(?:[^"<>`;&]|#\d+;)*)"\]$/.exec(line);
    const edge = /^ {2}(n\d+) -->\|(\d+)\| (n\d+)$/.exec(line);
    if (node !== null)
      nodes.set(
        node[1] ?? '',
        (node[2] ?? '').replace(/#(\d+);/g, (_, at: string) => String.fromCodePoint(Number(at))),
      );
    else if (edge !== null) edges.push([edge[1] ?? '', edge[3] ?? '', Number(edge[2])]);
    else throw new Error(`This is no line of a flowchart: ${line}`);
  }
  return { nodes, edges };
}

describe('the page on architecture', () => {
  const part = (path: string, needs: readonly string[] = []) => ({
    ...summaryOf({ path, files: [file(`${path}/a.ts`)], symbols: [], purpose: null, imports: [] }),
    needs: needs.map((name, index) => ({ name, imports: index + 1, path: `${path}/a.ts`, line: index + 1 })),
  });
  const pageOf = (modules: readonly ModuleSummary[]) =>
    architecturePageOf(architectureInputs({ modules, manifests: [] }));

  test('draws the imports that are there', () => {
    const { content } = pageOf([part('a', ['b', 'we"ird<b>`;&']), part('b'), part('we"ird<b>`;&', ['a'])]);
    const { nodes, edges } = readFlowchart(content);
    expect([...nodes.values()]).toEqual(['a', 'b', 'we"ird<b>`;&']);
    expect(edges).toEqual([
      ['n0', 'n1', 1],
      ['n0', 'n2', 2],
      ['n2', 'n0', 1],
    ]);
    expect(content).toContain(
      'import each other. ([a.ts:2](a/a.ts#L2), [a.ts:1](we%22ird%3Cb%3E%60%3B%26/a.ts#L1))',
    );
  });

  test('joins thousands of folders until they can be read', () => {
    const modules = Array.from({ length: 5000 }, (_, index) =>
      part(`src/p${index % 20}/m${index}`, [`src/p${(index + 1) % 20}/m0`]),
    );
    const { content } = pageOf(modules);
    const { nodes, edges } = readFlowchart(content);
    expect(nodes.size).toBe(20);
    expect(edges).toHaveLength(20);
    expect(content).toContain('5,000 folders with source files, shown here as 20 parts.');
    expect(content.length).toBeLessThan(20_000);
    const flat = pageOf(Array.from({ length: 3000 }, (_, index) => part(`m${index}`)));
    expect(readFlowchart(flat.content).nodes.size).toBe(24);
    expect(flat.content).toContain('2,976 smaller parts are left out');
  });

  test('names the folders of a part, its exports, or its files', () => {
    const { content } = pageOf([
      ...Array.from({ length: 30 }, (_, index) => part(`lib/x/m${index}`)),
      summaryOf({ ...moduleAt('store'), purpose: null }),
      part('tools'),
    ]);
    expect(content).toContain('1 file with about 10 lines of code: [a.ts](tools/a.ts), without exports.');
    expect(content).toContain('of code: It exports `Store`. ([index.ts:2](store/index.ts#L2))');
    expect(content).toContain('of code: the folders [m0](lib/x/m0), [m1](lib/x/m1), ');
    expect(content).toContain(' and 22 more.');
  });

  test('leaves circles inside of a crate to Rust, and says so', () => {
    const crate = (path: string, need: string) => ({ ...part(path, [need]), lines: { rust: 10 } });
    expect(pageOf([crate('src', 'src/a'), crate('src/a', 'src')]).content).toContain(
      'which Rust sees as one.',
    );
  });

  test('names the layers from the parts that no other imports', () => {
    expect(pageOf([part('a', ['b']), part('b', ['c']), part('c')]).content).toContain(
      '- Layer 0: `a`.\n- Layer 1: `b`.\n- Layer 2: `c`.',
    );
    expect(pageOf([part('a', ['b']), part('b', ['a', 'c']), part('c'), part('d')]).content).toContain(
      '- Layer 0: `a` and `b`.\n- Layer 1: `c`.\n',
    );
  });
});

describe('the pages about the repository', () => {
  const manifest = readManifest(
    'package.json',
    JSON.stringify(
      {
        name: 'x',
        description: 'Ships.',
        scripts: { build: 'a', test: 'b', dev: 'c', odd: 'd', pretest: 'e' },
        dependencies: { zod: '1' },
      },
      null,
      2,
    ),
  );
  const manifests: ManifestFacts[] = manifest === null ? [] : [manifest];
  const commands = [{ command: 'make all', path: '.github/workflows/ci.yml', line: 9 }];
  const facts = {
    name: 'Harbour',
    readme: null,
    manifests,
    commands,
    modules: modules.map(summaryOf),
    patterns: [],
  };
  const [overview, , conventions] = repositoryPages(facts).map((page) => page.write());

  test('say how it is built, tested and run, from the scripts that are there', () => {
    expect(overview?.content).toContain('- Build: `npm run build` ([package.json:5]');
    expect(overview?.content).toContain('- Test and check: `npm test`');
    expect(overview?.content).toContain('- Run: `npm run dev`');
    expect(overview?.content).toContain('- Other: `npm run odd`');
    expect(overview?.content).toContain('- Continuous integration runs `make all` ([ci.yml:9]');
    expect(overview?.content).toContain(
      'TypeScript 100 % of the lines of analysed code, in 4 source files. 1 more file is a test.',
    );
    expect(overview?.content).toContain('- [`app/main.ts`](app/main.ts)');
  });

  test('say once what a README and a manifest both say, and end where a list would begin', () => {
    const said = (text: string) =>
      repositoryPages({ ...facts, readme: { path: 'README.md', startLine: 3, endLine: 3, text } })[0]
        ?.write()
        .content.split('\n\n')
        .slice(1, 3)
        .map((paragraph) => paragraph.replace(/ \(.*/, ''));
    expect(said('Keeps many ships:')).toEqual(['Keeps many ships.', 'Its package is `x`.']);
    expect(said('Berths for all:')).toEqual(['Ships.', 'Berths for all.']);
  });

  test('name the sources of what a manifest says is built', () => {
    const entries = [
      { name: 'app/main.ts', path: 'package.json', line: 3, built: './dist/main.js' },
      { name: 'app/main.ts', path: 'package.json', line: 4, built: './dist/main.cjs' },
    ];
    const named = manifests.map((each) => ({ ...each, entries }));
    const [page] = repositoryPages({ ...facts, manifests: named });
    expect(page?.write().content).toContain(
      '## Entry points\n\n- [`app/main.ts`](app/main.ts), for `./dist/main.js` in `package.json` ([package.json:3](package.json#L3))\n- [`store/index.ts`]',
    );
  });

  test('show no habit of a handful of files', () => {
    expect(conventions?.content).not.toContain('##');
    const many = {
      ...summaryOf(moduleAt('store')),
      naming: { 'kebab-case': 7, snake_case: 1 },
      named: { 'kebab-case': 'store/file-store.ts', snake_case: 'store/memory_store.ts' },
    } as const;
    const page = repositoryPages({ ...facts, modules: [many] })[2]?.write();
    expect(page?.content).toContain(
      '- 7 in kebab-case, such as [`store/file-store.ts`](store/file-store.ts)',
    );
  });

  test('name the exceptions from habits, in the order of the habits, and count the rest', () => {
    const place = { path: 'store/memory_store.ts', startLine: 1, endLine: 1 };
    const exception = { title: 'store/memory_store.ts and __init__ break it', places: [place] };
    const patterns = [
      {
        detector: 'import-cycle',
        total: 1,
        patterns: [{ title: '2 files import each other in a circle', places: [] }],
      },
      { detector: 'naming-convention', total: 3, patterns: [exception] },
      { detector: 'hub', total: 1, patterns: [exception] },
    ];
    const page = plannedConventions({ modules: [], patterns }).write();
    expect(page.content).toContain(
      '### Names\n\n- `store/memory_store.ts` and \\_\\_init\\_\\_ break it ([memory_store.ts:1](store/memory_store.ts#L1))\n\nAnd 2 more.\n\n### Files without circles\n\n- 2 files import each other in a circle\n',
    );
    expect(checkPage(page, snapshot)).toEqual([]);
    expect(conventions?.content).not.toContain('Exceptions');
  });

  test('stay where a change is none of theirs', () => {
    const hashes = (modules: typeof facts.modules) =>
      repositoryPages({ ...facts, modules }).map(({ inputHash }) => inputHash);
    const moved = facts.modules.map((module) => ({ ...module, tested: [], packages: [] }));
    expect(hashes(moved)).toEqual(hashes(facts.modules));
    const grown = facts.modules.map((module) => ({ ...module, files: module.files + 1 }));
    expect(hashes(grown)[2]).toBe(hashes(facts.modules)[2]);
    expect(hashes(grown)[0]).not.toBe(hashes(facts.modules)[0]);
  });
});

describe('a changelog', () => {
  const side = { symbols: [], modules: [], manifests: [] };
  const inputs = { before: side, after: side, files: 1, compared: 1 };

  test('names the patterns that appeared with their places, and those that went', () => {
    const places = [{ path: 'app/main.ts', startLine: 1, endLine: 1 }];
    const patterns = {
      appeared: [{ title: 'app/main.ts is a hub', places }],
      gone: [{ title: 'Gone <b>', places }],
    };
    const { content, citations } = changelogPageOf({ ...inputs, patterns });
    expect(content).toContain(
      '## Patterns that appeared\n\n- `app/main.ts` is a hub ([main.ts:1](app/main.ts#L1))\n\n## Patterns that went\n\n- Gone',
    );
    expect(citations).toEqual(places);
  });

  test('names a class once for all its members, and what tests and examples export not at all', () => {
    const at = (path: string, key: string, signature = key) => ({ path, key, line: 1, signature });
    const before = {
      ...side,
      symbols: [at('a.ts', 'Old'), at('a.ts', 'Old.x'), at('a.ts', 'Kept.y'), at('a.ts', 'go')],
    };
    const after = {
      ...side,
      symbols: [
        at('a.ts', 'New', 'class New'),
        at('a.ts', 'New.a'),
        at('a.ts', 'New.a.b'),
        at('a.ts', 'go~2', 'go(x)'),
        at('b.ts', 'go'),
        at('a.test.ts', 'helper'),
        at('examples/a.ts', 'demo'),
        at('a.go', 'conn.Read'),
        at('a.py', '_hidden'),
        at('a.rs', 'inner', 'pub(crate) fn inner()'),
        at('b.go', 'Conn.Read'),
      ],
    };
    const modules = [
      { path: 'src', files: 1, exported: 0 },
      { path: 'tests', files: 0, exported: 0 },
    ];
    const { content } = changelogPageOf({
      before,
      after: { ...after, modules },
      patterns: null,
      files: 2,
      compared: 2,
    });
    expect(content).toContain('## New modules\n\n- `src`, 1 source file\n\n##');
    expect(content).toContain('## Removed\n\n- `Old` of `a.ts`, with 1 member\n- `Kept.y` of `a.ts`\n\n');
    expect(content).toContain('## Moved\n\n- `go` from `a.ts` to `b.ts` ([b.ts:1](b.ts#L1))\n\n');
    expect(content).toContain(
      '## Added\n\n- `New`: `class New`, with 2 members ([a.ts:1](a.ts#L1))\n- `go`: `go(x)` ([a.ts:1](a.ts#L1))\n- `Conn.Read`: `Conn.Read` ([b.go:1](b.go#L1))\n\n',
    );
  });

  test('shows long signatures from a little before their difference on', () => {
    const long = (end: string) => ({
      path: 'a.ts',
      key: 'jwt',
      line: 1,
      signature: `const jwt = (${'option: string, '.repeat(20)}last: ${end}) => void`,
    });
    const { content } = changelogPageOf({
      ...inputs,
      before: { ...side, symbols: [long('string')] },
      after: { ...side, symbols: [long('number')] },
      patterns: null,
    });
    expect(content).toMatch(
      /- `jwt`: `….{40,80}last: string\) => void` became `….{40,80}last: number\) => void` \(/,
    );
  });

  test('takes neither a comment nor a list of accessors for a part of a declaration, nor a reopened module for a new one', () => {
    const at = (path: string, key: string, signature: string) => ({ path, key, line: 1, signature });
    const before = {
      ...side,
      symbols: [
        at('a.rb', 'Puma', 'module Puma # It serves.'),
        at('b.rb', 'Puma.Client.env', 'attr_reader :env, :io'),
        at('b.rb', 'Puma.Client.close', 'def close(at = "#{now}")'),
        at('C.java', 'C', 'public final class C'),
      ],
    };
    const after = {
      ...side,
      symbols: [
        at('b.rb', 'Puma', 'module Puma'),
        at('b.rb', 'Puma.Client.env', 'attr_reader :env, :io, :body'),
        at('b.rb', 'Puma.Client.close', 'def close(at = "#{now}") # :nodoc:'),
        at('b.rb', 'Puma.Client.body', 'attr_reader :env, :io, :body'),
        at('C.java', 'C', '// the class is public public final class C'),
      ],
    };
    const { content } = changelogPageOf({ before, after, patterns: null, files: 2, compared: 2 });
    expect(content).toContain(
      '2 files differ.\n\n## Added\n\n- `Puma.Client.body`: `attr_reader` ([b.rb:1](b.rb#L1))\n\n## Patterns',
    );
  });

  test('does not take a change of the rules for one of the code', () => {
    expect(changelogPageOf({ ...inputs, patterns: null }).content).toContain('They are not compared');
    const same = changelogPageOf({ ...inputs, patterns: { appeared: [], gone: [] } }).content;
    expect(same).not.toContain('atterns');
  });
});

test('a page that names what is not there is found out', () => {
  const content =
    'See `gone` and [x](no/file.ts#L1), [main.ts:1](app/main.ts#L999).\n\n```\n`not checked`\n```\n';
  expect(
    checkPage({ content, citations: [{ path: 'app/main.ts', startLine: 3, endLine: 2 }] }, snapshot),
  ).toEqual([
    '`gone` is not in the snapshot',
    'no/file.ts is linked and is no path of the snapshot',
    'app/main.ts is linked at line 999, and it has 5',
    'app/main.ts:3-2 is cited, and it has 5 lines',
  ]);
});

test('a module is the folder of its files', () => {
  expect([moduleOf('a/b/c.ts'), moduleOf('c.ts')]).toEqual(['a/b', '']);
});
