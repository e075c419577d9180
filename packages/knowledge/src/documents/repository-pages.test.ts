import { describe, expect, test } from 'vitest';
import { checkPage } from './check-page.ts';
import { habitsOf } from './pages/conventions-page.ts';
import { summaryOf } from './module-summary.ts';
import { readManifest } from './read-manifest.ts';
import type { ManifestFacts, RepositoryFacts } from './repository-facts.ts';
import { plannedConventions, repositoryPages as pagesOf } from './repository-pages.ts';
import { modules, moduleAt, snapshot } from './testing/sample-modules.ts';

const repositoryPages = (facts: RepositoryFacts) => pagesOf(facts, habitsOf(facts.modules));

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
    const page = plannedConventions(habitsOf([]), patterns).write();
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
