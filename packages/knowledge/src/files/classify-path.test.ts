import { describe, expect, test } from 'vitest';
import { classifyPath } from './classify-path.ts';
import { parseIgnoreRules } from './ignore-rules.ts';

describe('the class of a path', () => {
  test.each([
    ['src/a.ts', 'typescript', null],
    ['App.svelte', 'svelte', null],
    ['.memory/letter_2026-01-02.md', 'letter:2026-01-02', null],
    ['.memory/letter_2026-01-02_evening.md', 'letter:2026-01-02', null],
    ['web/.memory/letter_x.md', 'letter', null],
    ['.memory/notes.md', 'markdown', null],
    ['docs/guide.mdx', 'markdown', null],
    ['docs/index.rst', 'rst', null],
    ['notes.xyz', 'lines', null],
    ['pnpm-lock.yaml', 'none', 'LOCKFILE'],
    ['a/vendor/b.go', 'none', 'VENDORED'],
    ['public/app.min.js', 'none', 'MINIFIED'],
    ['api/user.pb.go', 'none', 'GENERATED'],
  ])('of %s is %s', (path, dialect, ignored) => {
    expect(classifyPath(path)).toMatchObject({ dialect, ignored });
  });

  test('follows the .gitattributes of the repository, which may include and exclude', () => {
    const rules = parseIgnoreRules({
      gitattributes:
        '# ours\n/gen/** linguist-generated\nvendor/own/* -linguist-vendored\n*.x linguist-vendored=true\n',
      projectsyncignore: null,
    });
    expect(classifyPath('gen/deep/a.ts', rules).ignored).toBe('GENERATED');
    expect(classifyPath('src/gen/a.ts', rules).ignored).toBeNull();
    expect(classifyPath('vendor/own/a.go', rules).ignored).toBeNull();
    expect(classifyPath('deep/b.x', rules).ignored).toBe('VENDORED');
  });

  test('follows .projectsyncignore by the rules of .gitignore', () => {
    const rules = parseIgnoreRules({
      gitattributes: null,
      projectsyncignore: 'secret/\n*.log\n!keep.log\n/only-root.md\na/**/z.ts\ndata-[0-9].csv\n',
    });
    const ignored = (path: string) => classifyPath(path, rules).ignored;
    expect(
      ['secret/a.ts', 'x/secret/a.ts', 'x/y.log', 'only-root.md', 'a/z.ts', 'a/b/c/z.ts', 'data-1.csv'].map(
        ignored,
      ),
    ).toEqual(Array.from({ length: 7 }, () => 'IGNORED'));
    expect(['keep.log', 'sub/only-root.md', 'b/z.ts', 'data-x.csv', 'secrets/a.ts'].map(ignored)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('takes little time whatever the pattern', () => {
    const rules = parseIgnoreRules({
      gitattributes: null,
      projectsyncignore: `${'*a'.repeat(30)}b\n${'**/'.repeat(20)}x\n[z-a]\n`,
    });
    const started = performance.now();
    classifyPath(`${'a'.repeat(60)}/${'a/'.repeat(40)}c`, rules);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test.each([
    [
      'plain names',
      (line: number) => `name${line}.txt linguist-generated -linguist-vendored linguist-generated`,
    ],
    ['extensions', (line: number) => `*.e${line} linguist-generated`],
    ['deep folders', (line: number) => `${'**/a/'.repeat(30)}${line} linguist-vendored`],
    ['stars', (line: number) => `${'*a'.repeat(30)}${line} linguist-vendored`],
    ['classes', (line: number) => `${'[a-z0-9]'.repeat(20)}${line} linguist-vendored`],
    ['brackets that nothing closes', () => `${'['.repeat(4000)} linguist-vendored`],
  ])('takes little time for each path with 5,000 rules of %s', (_name, line) => {
    const rules = parseIgnoreRules({
      gitattributes: Array.from({ length: 5000 }, (_, index) => line(index)).join('\n'),
      projectsyncignore: null,
    });
    const paths = Array.from(
      { length: 200 },
      (_, index) => `${'a/'.repeat(20)}aaaaaaaaaaaaaaaaaaaa${index}.ts`,
    );
    // Of this thread alone, so that a busy machine does not count.
    const { user } = process.threadCpuUsage();
    for (const path of paths) classifyPath(path, rules);
    // A path takes about half a millisecond. Rule by rule it took up to three seconds.
    expect((process.threadCpuUsage().user - user) / 1000 / paths.length).toBeLessThan(5);
  });
});
