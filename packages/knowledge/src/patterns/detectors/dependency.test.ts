import { describe, expect, test } from 'vitest';
import { patternsOf, titlesOf } from '../../testing/patterns-of.ts';
import { duplicatedDependency, undeclaredDependency, unusedDependency } from './dependency.ts';

const manifest = (fields: object) => JSON.stringify({ name: 'own', ...fields }, null, 2);

describe('an undeclared dependency', () => {
  const code = { 'src/a.ts': "import pad from 'left-pad';\nimport fs from 'node:fs';\npad(fs);\n" };

  const own = { 'package.json': manifest({}) };

  test('is one that no manifest around the file names', async () => {
    const found = await patternsOf(undeclaredDependency, { 'package.json': manifest({}), ...code });
    expect(found).toMatchObject([
      { title: 'left-pad is imported and not declared', places: [{ path: 'src/a.ts', startLine: 1 }] },
    ]);
  });

  test.each([
    ['declared', { 'package.json': manifest({ dependencies: { 'left-pad': '1' } }) }],
    [
      'declared above',
      {
        'src/package.json': manifest({}),
        'package.json': manifest({ devDependencies: { 'left-pad': '1' } }),
      },
    ],
    ['the package itself', { 'package.json': manifest({ name: 'left-pad' }) }],
    ['of a repository without a manifest', {}],
    ['of a broken manifest', { 'package.json': '{ "name": ' }],
    [
      'a path of the compiler',
      {
        ...own,
        'tsconfig.json': '{ "compilerOptions": { "paths": { "left-pad": ["./gen/pad.ts"] } } } // c',
      },
    ],
    [
      'left to a later build by a bundler',
      { ...own, 'rollup.config.js': "export default { external: ['left-pad'] };\n" },
    ],
    [
      'an alias of a bundler',
      { ...own, 'vite.config.ts': "export default { alias: { 'left-pad': '/x' } };\n" },
    ],
    [
      'a name that tests replace',
      { ...own, 'jest.config.cjs': "module.exports = { moduleNameMapper: { '^left-pad$': 'x' } };\n" },
    ],
    [
      'declared as a module',
      { ...own, 'src/env.d.ts': "declare module 'left-pad' {\n  export default 1;\n}\n" },
    ],
    [
      'answered for by a plugin',
      { ...own, 'src/plugin.ts': "export const resolveId = (id) => id === 'left-pad';\n" },
    ],
    ['the name of a folder of sources', { ...own, 'src/left-pad/index.ts': 'export default 1;\n' }],
    ['an entry of an import map', { ...own, 'deno.json': '{ "imports": { "left-pad": "jsr:@a/pad@1" } }' }],
  ])('is not one that is %s', async (_, more) => {
    expect(await titlesOf(undeclaredDependency, { ...code, ...more })).toEqual([]);
  });

  test('is one all the same where another package gives its name a meaning', async () => {
    const files = {
      'package.json': manifest({}),
      'other/package.json': manifest({}),
      'other/rollup.config.js': "export default { external: ['left-pad'] };\n",
    };
    expect(await titlesOf(undeclaredDependency, { ...code, ...files })).toHaveLength(1);
  });

  test('is not one whose scope has a path of its own', async () => {
    const files = {
      'package.json': manifest({}),
      'tsconfig.base.json':
        '{ "compilerOptions": { "paths": { "@app/*": ["libs/*/src"], "*": ["types/*"] } } }',
      'src/a.ts': "import core from '@app/core';\nimport other from '@others/core';\ncore(other);\n",
    };
    expect(await titlesOf(undeclaredDependency, files)).toEqual([
      '@others/core is imported and not declared',
    ]);
  });
});

describe('an unused dependency', () => {
  const declared = { 'package.json': manifest({ dependencies: { 'left-pad': '1' } }) };

  test('is one that nothing imports or names', async () => {
    const found = await patternsOf(unusedDependency, { ...declared, 'a.ts': 'export {};\n' });
    expect(found).toMatchObject([{ title: 'left-pad is declared and nothing uses it', certainty: 'LIKELY' }]);
    expect(found[0]?.places).toEqual([{ path: 'package.json', startLine: 4, endLine: 4 }]);
  });

  test.each([
    ['imported', { 'a.ts': "import 'left-pad';\n" }],
    ['named in a string', { 'a.ts': "use('left-pad/more');\n" }],
    ['named in a settings file', { 'a.ts': 'export {};\n', 'tool.yaml': 'plugins: [left-pad]\n' }],
    ['declared for others, without code beside it', {}],
  ])('is not one that is %s', async (_, more: Record<string, string>) => {
    expect(await titlesOf(unusedDependency, { ...declared, ...more })).toEqual([]);
  });
});

test('finds a package that is declared twice, and one in two major versions', async () => {
  const files = {
    'package.json': manifest({ dependencies: { a: '^1.0.0', b: '1.0.0' }, devDependencies: { a: '^1.0.0' } }),
    'sub/package.json': manifest({ dependencies: { b: '2.1.0' } }),
  };
  expect(await titlesOf(duplicatedDependency, files)).toEqual([
    'a is declared twice in package.json',
    'b is asked for in 2 major versions',
  ]);
});

describe('Python', () => {
  const project = (dependencies: string) =>
    `[project]\nname = "own"\ndependencies = [${dependencies}]\n\n[dependency-groups]\ndev = ["pytest"]\n`;
  const code = {
    'src/own/__init__.py': 'import os\nimport yaml\nfrom httpx import get\n',
    'src/own/more.py': 'try:\n    import tqdm\nexcept ImportError:\n    tqdm = None\n',
  };

  test('says which module no declared distribution may bring', async () => {
    const files = { ...code, 'pyproject.toml': project('"PyYAML>=6"') };
    expect(await patternsOf(undeclaredDependency, files)).toMatchObject([
      {
        title: 'httpx is imported and not declared',
        places: [{ path: 'src/own/__init__.py', startLine: 3 }],
      },
    ]);
  });

  test.each([
    [
      'the build works the dependencies out',
      { 'pyproject.toml': '[project]\nname = "own"\ndynamic = ["dependencies"]\n' },
    ],
    ['another manifest may declare more', { 'pyproject.toml': project('"PyYAML"'), 'setup.py': 'setup()\n' }],
    [
      'a distribution has the name of the module in its own',
      { 'pyproject.toml': project('"pyyaml", "httpx-more"') },
    ],
    ['a list of requirements names it', { 'requirements.txt': 'PyYAML==6.0 # words\nhttpx\n' }],
    ['nothing declares anything', {}],
    [
      'a script stands outside of every package',
      { 'pyproject.toml': project('"PyYAML"'), 'src/own/__init__.py': '', 'extra/run.py': 'import httpx\n' },
    ],
  ])('says nothing where %s', async (_, more: Record<string, string>) => {
    expect(await titlesOf(undeclaredDependency, { ...code, ...more })).toEqual([]);
  });

  test('says which distribution nothing can use, where the origin of every module is known', async () => {
    const files = { ...code, 'pyproject.toml': project('\n  "PyYAML",\n  "httpx",\n  "tqdm",\n  "rich",\n') };
    expect(await patternsOf(unusedDependency, files)).toMatchObject([
      { title: 'rich is declared and nothing uses it', places: [{ startLine: 7 }] },
    ]);
    const unknown = { ...files, 'src/own/x.py': 'import markdown_it\n' };
    expect(await titlesOf(unusedDependency, unknown)).toEqual([]);
    const named = { ...files, Dockerfile: 'RUN rich\n' };
    expect(await titlesOf(unusedDependency, named)).toEqual([]);
  });

  test('says what is declared twice, and not what a marker chooses', async () => {
    const twice = { 'pyproject.toml': project('"a>=1", "b", "a>=2", "c; python_version < \'3.9\'", "c"') };
    expect(await titlesOf(duplicatedDependency, twice)).toEqual(['a is declared twice in pyproject.toml']);
  });
});

describe('Go', () => {
  const module =
    'module a.io/own\n\nrequire (\n\tb.io/kit v1.2.0\n\tc.io/far v1.0.0\n\tc.io/far/v2 v2.1.0 // indirect\n)\n';
  const code =
    'package own\n\nimport (\n\t"fmt"\n\t"b.io/kit/x"\n\t"d.io/gone"\n)\n\nvar _ = fmt.Sprint(x.Y, gone.Z)\n';

  test('says which package no module brings, and which module no file imports', async () => {
    const files = { 'go.mod': module, 'own.go': code };
    expect(await patternsOf(undeclaredDependency, files)).toMatchObject([
      { title: 'd.io/gone is imported and not declared', places: [{ path: 'own.go', startLine: 6 }] },
    ]);
    expect(await patternsOf(unusedDependency, files)).toMatchObject([
      { title: 'c.io/far is declared and nothing uses it', places: [{ startLine: 5 }] },
    ]);
  });

  test('says nothing of a file that no build takes, nor of modules of the same repository', async () => {
    const files = {
      'go.mod': module,
      'own.go': code.replace('\t"d.io/gone"\n', '\t"c.io/far"\n\t"a.io/other/y"\n'),
      'gen.go': '//go:build ignore\n\npackage main\n\nimport "e.io/gen"\n',
      'other/go.mod': 'module a.io/other\n',
    };
    expect(await titlesOf(undeclaredDependency, files)).toEqual([]);
    expect(await titlesOf(unusedDependency, files)).toEqual([]);
  });

  test('says which module is asked for in two major versions', async () => {
    const files = { 'go.mod': module.replace(' // indirect', '') };
    expect(await titlesOf(duplicatedDependency, files)).toEqual([
      'c.io/far is asked for in 2 major versions',
    ]);
  });
});

describe('Rust', () => {
  const crate =
    '[package]\nname = "own"\n\n[dependencies]\nused-crate = "1"\nunused-crate = "1"\nchosen = { version = "1", features = ["x"] }\n\n[dependencies.tabled]\nversion = "2"\n';
  const code = { 'src/lib.rs': 'pub fn run() { used_crate::go(); }\n' };

  test('says which crate no file names', async () => {
    const found = await patternsOf(unusedDependency, { 'Cargo.toml': crate, ...code });
    expect(found.map(({ title, places }) => [title, places[0]?.startLine])).toEqual([
      ['unused-crate is declared and nothing uses it', 6],
      ['tabled is declared and nothing uses it', 10],
    ]);
  });

  test.each([
    ['a macro', 'fn f() { unused_crate!(tabled::x); }\n'],
    ['an attribute', '#[unused_crate]\nfn f() { tabled::x(); }\n'],
    ['extern crate', 'extern crate unused_crate;\nuse tabled;\n'],
  ])('does not say it of one that %s names', async (_, text) => {
    expect(await titlesOf(unusedDependency, { 'Cargo.toml': crate, ...code, 'src/more.rs': text })).toEqual(
      [],
    );
  });

  test('says which dependency of a workspace no member takes', async () => {
    const files = {
      'Cargo.toml':
        '[workspace]\nmembers = ["a"]\n\n[workspace.dependencies]\ntaken = "1"\nleft = { version = "1", features = ["y"] }\n',
      'a/Cargo.toml': '[package]\nname = "a"\n\n[dependencies]\ntaken.workspace = true\n',
      'a/src/lib.rs': 'use taken::X;\n',
    };
    expect(await titlesOf(unusedDependency, files)).toEqual([
      'left is declared for the workspace, and no member takes it',
    ]);
  });
});

test('broken and endless manifests of any kind do no harm', async () => {
  const junk = '[[[\n= =\ndependencies = [\n"a\n'.repeat(2000);
  const files = { 'pyproject.toml': junk, 'Cargo.toml': junk, 'go.mod': junk, 'requirements.txt': junk };
  for (const detector of [undeclaredDependency, unusedDependency, duplicatedDependency])
    expect(await titlesOf(detector, files)).toBeInstanceOf(Array);
});
