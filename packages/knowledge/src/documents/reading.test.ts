import { describe, expect, test } from 'vitest';
import { ciCommands } from './ci-commands.ts';
import { readDocComment } from './doc-comment.ts';
import { code, firstSentence, plainText, shorten } from './markdown.ts';
import { roundLines } from './module-summary.ts';
import { namingOf } from './naming.ts';
import { firstParagraph, leadingComment } from './prose.ts';
import { readManifest } from './read-manifest.ts';
import { isStandard } from './standard-packages.ts';

describe('text of a repository', () => {
  test.each([
    ['Uses `foo` and [bar](x.md).', 'Uses foo and bar.'],
    ['<b>Bold</b> a < b > c', 'Bold a \\< b \\> c'],
    ['See {@link Store.save the store} and {@link #html(A, B)}.', 'See the store and html(A, B).'],
    ['[`Walk`] of [The Searcher][1] and `a page <https://x.y>`_', 'Walk of The Searcher and a page'],
    [
      'Reads <a href="x">the standard</a> . <pre>code();</pre> Takes +env+.',
      'Reads the standard. Takes env.',
    ],
    ['As [Extension] and [Server.Serve], not a[Index].', 'As Extension and Server.Serve, not a\\[Index\\].'],
    ['{@code a<b>} or {@link Store|it}', 'a or it'],
    ['Set <PROGRAM>_HELP to Map<String>.<br/>', 'Set \\<PROGRAM\\>\\_HELP to Map\\<String\\>.'],
    ['It _means fire_, says snake_case_name.', 'It means fire, says snake_case_name.'],
    ['A :class:`~enum.IntEnum` of :class:`Option`\\s.', 'A enum.IntEnum of Option.'],
    ['# Heading', '\\# Heading'],
    ['- item', '\\- item'],
    ['a ```js\ncode``` b', 'a b'],
    ['x ](evil) y', 'x \\](evil) y'],
  ])('%j becomes plain words', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  test('gives its first sentence', () => {
    expect(firstSentence('Keeps ships, e.g. tugs. And more.')).toBe('Keeps ships, e.g. tugs.');
    expect(firstSentence('No end\n\nSecond.')).toBe('No end');
    expect(firstSentence('word '.repeat(100)).length).toBeLessThanOrEqual(241);
  });

  test('is put in code style whatever it holds', () => {
    expect([code('a'), code('a`b'), code('``')]).toEqual(['`a`', '`` a`b ``', '``` `` ```']);
    expect(shorten('one two three', 9)).toBe('one two…');
  });
});

describe('a doc comment', () => {
  const note = (kind: string, name: string, says: string) => ({ kind, name, says });
  test.each([
    [
      'Gets it.\n@param key the key;\n  never null\n@param {string} [label=x] - its label\n@return the value\n@see Other\n@since 1.2',
      'Gets it.',
      [
        note('param', 'key', 'the key; never null'),
        note('param', 'label', 'its label'),
        note('returns', '', 'the value'),
      ],
    ],
    ['@final\n\n@param string $name the name\n@return Thing|null', '', [note('param', 'name', 'the name')]],
    ['Makes it.\n@returns {Thing} - A thing.', 'Makes it.', [note('returns', '', 'A thing.')]],
    ['@module\nJSX for Hono.', 'JSX for Hono.', []],
    ['@module store', '', []],
    [
      'Runs it::\n\n        run(1)\n\n    And more.\n\n    :param ctx: the context\n        of it\n    :rtype: int\n\n    .. versionadded:: 3.1\n        The *x* part.\n    .. deprecated:: 8.2\n        Use other.\n',
      'Runs it.\n\nAnd more.',
      [note('param', 'ctx', 'the context of it'), note('deprecated', '', 'Use other.')],
    ],
    [
      'Adds.\n\n    Args:\n        one (int): the first\n        two: the second,\n            or none\n\n    Returns:\n        The sum.\n    Examples:\n        add(1)\n    Last words.',
      'Adds.\n\nLast words.',
      [
        note('param', 'one', 'the first'),
        note('param', 'two', 'the second, or none'),
        note('returns', '', 'The sum.'),
      ],
    ],
    [
      'Walks.\n\n# Panics\n\nOn Mondays.\n\n# Examples\n\n```\n@tag\n```\n',
      'Walks.',
      [note('throws', '', 'On Mondays.')],
    ],
    [
      'Takes [states]\nand [a b][b], not [x].\n\n[states]: /x\n[b]: /y\n\n# As extractor\n\nMore.',
      'Takes states\nand a b, not [x].',
      [],
    ],
    ['Opens.\n\nDeprecated: use Other.', 'Opens.', [note('deprecated', '', 'use Other.')]],
    [
      'Says `@org/pkg`.\n@org/pkg is it.\n\nFor example:\n\n    @property\n',
      'Says `@org/pkg`.\n@org/pkg is it.',
      [],
    ],
  ])('%j is taken apart', (text, words, notes) => {
    expect(readDocComment(text)).toEqual({ words, notes });
  });
});

describe('the first paragraph of a README', () => {
  test.each([
    ['# T\n\nWords of it.\nMore.\n\nOther', { startLine: 3, endLine: 4, text: 'Words of it.\nMore.' }],
    [
      'Title\n=====\n\n<p align=center>\n\n![b](c)\n\n> quote of it\n\nWords at last.',
      { startLine: 10, endLine: 10, text: 'Words at last.' },
    ],
    [
      '```\ncode in here\n```\n\n- a list item\n\n| a table |\n\nReal words.',
      { startLine: 9, endLine: 9, text: 'Real words.' },
    ],
  ])('of %j', (text, found) => {
    expect(firstParagraph('README.md', text)).toEqual({ path: 'README.md', ...found });
  });

  test('is neither in HTML nor about sponsors', () => {
    const text =
      '<div>\n\n<p>\n\nSponsors of this work\n\n</p>\n</div>\n\nThis work is supported by many.\n\nKeeps ships well.';
    expect(firstParagraph('README.md', text)).toMatchObject({ startLine: 12, text: 'Keeps ships well.' });
  });

  test('may be a sentence in a heading of HTML, and names what it links to', () => {
    const html =
      '<h3 align="center"><img src="x"></h3>\n<p align="center">It serves every site over TLS.</p>\n\nDownload it.';
    expect(firstParagraph('README.md', html)).toMatchObject({ startLine: 2, endLine: 2 });
    const links = 'A framework on [WSGI] and [it][it].\n\n[WSGI]: https://a.b\n[it]: x';
    expect(firstParagraph('README.md', links)?.text).toBe('A framework on WSGI and it.');
  });

  test('is null where there are no words', () => {
    expect(firstParagraph('README.md', '# T\n\n![a](b)\n')).toBeNull();
    expect(firstParagraph('README.md', '')).toBeNull();
  });
});

describe('the comment at the top of a file', () => {
  test.each([
    ['/** The store of texts. */\n\nexport {};', [1, 1], 'The store of texts.'],
    [
      '// Copyright 2020 Someone and others\n\n// Package chi routes requests.\n// It is small.\npackage chi\n',
      [3, 4],
      'Package chi routes requests.\nIt is small.',
    ],
    ['#!/usr/bin/env python\n"""Runs the thing.\n\nAt length.\n"""\nimport x\n', [2, 5], 'Runs the thing.'],
    ['//! Finds files fast.\n//! Really.\nmod a;\n', [1, 2], 'Finds files fast.\nReally.'],
    ['// Opens it.\nfunc open() {}\n', null, null],
  ])('of %j', (text, place, words) => {
    const found = leadingComment('a', text);
    expect(found === null ? null : [found.startLine, found.endLine]).toEqual(place);
    expect(found?.text ?? null).toBe(words);
  });

  test('is not that of the definition below it', () => {
    expect(leadingComment('a', '/** Opens the store. */\nexport function open() {}\n')).toBeNull();
    expect(leadingComment('a', '/** never closed')).toBeNull();
  });
});

describe('a manifest', () => {
  test('in TOML names its scripts and dependencies with their lines', () => {
    const text =
      '[project]\nname = "click"\ndescription = "Commands."\ndependencies = [\n  "colorama>=1; x",\n  \'typing\',\n]\n\n[project.scripts]\nclick = "click:main"\n';
    expect(readManifest('pyproject.toml', text)).toMatchObject({
      name: 'click',
      nameLine: 2,
      description: 'Commands.',
      scripts: [{ command: 'click', line: 10 }],
      entries: [
        { name: 'src/click.py', line: 10, built: null },
        { name: 'src/click/__init__.py' },
        { name: 'click.py' },
        { name: 'click/__init__.py' },
      ],
      dependencies: [
        { name: 'colorama', line: 5 },
        { name: 'typing', line: 6 },
      ],
    });
    expect(
      readManifest(
        'a/Cargo.toml',
        '[package]\nname = "rg"\n\n[dependencies]\nlog = "1"\ngrep.path = "x"\n[dev-dependencies]\nno = "1"',
      ),
    ).toMatchObject({
      name: 'rg',
      dependencies: [{ name: 'log' }, { name: 'grep' }],
    });
  });

  test('in TOML may spread a description over lines, and give a dependency a table', () => {
    const text =
      '[package]\nname = "rg"\ndescription = """\nSearches "text" \\\nin lines.\n"""\n\n[dependencies.log]\nversion = "1"\nfeatures = [\n  "std",\n]\n';
    expect(readManifest('Cargo.toml', text)).toMatchObject({
      name: 'rg',
      description: 'Searches "text" \nin lines.',
      descriptionLine: 3,
      dependencies: [{ name: 'log', line: 9 }],
    });
  });

  test('in TOML names the tasks of each runner as they are typed', () => {
    const text =
      '[tool.poe.tasks]\nfmt = "x"\n[tool.hatch.envs.default.scripts]\ncov = ["a"]\n[tool.tox.env.docs]\ndeps = 1\ncommands = 2\n';
    expect(readManifest('pyproject.toml', text)?.scripts.map(({ command }) => command)).toEqual([
      'poe fmt',
      'hatch run cov',
      'tox -e docs',
    ]);
  });

  test('of Maven names what the project itself needs', () => {
    const text = `<project>
  <parent>
    <artifactId>parent</artifactId>
  </parent>
  <artifactId>soup</artifactId>
  <description>Reads pages.</description>
  <dependencies>
    <dependency>
      <groupId>a.b</groupId>
      <artifactId>kit</artifactId>
    </dependency>
    <dependency><artifactId>check</artifactId><scope>test</scope></dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>no</artifactId></plugin></plugins></build>
</project>`;
    expect(readManifest('pom.xml', text)).toMatchObject({
      name: 'soup',
      nameLine: 5,
      description: 'Reads pages.',
      descriptionLine: 6,
      dependencies: [{ name: 'kit', line: 10 }],
    });
    expect(readManifest('pom.xml', '<project')).toMatchObject({ name: null, dependencies: [] });
  });

  test('of Go and of make', () => {
    expect(
      readManifest(
        'go.mod',
        'module a.b/c\n\nrequire (\n\tx.y/z v1\n\tq.r/s v2 // indirect\n)\nrequire d.e/f v1\n',
      ),
    ).toMatchObject({
      name: 'a.b/c',
      dependencies: [
        { name: 'x.y/z', line: 4 },
        { name: 'd.e/f', line: 7 },
      ],
    });
    expect(
      readManifest('Makefile', 'X := 1\n.PHONY: test\ntest: build ## runs\n\tgo test\nbuild:\n%.o: x\n')
        ?.scripts,
    ).toEqual([
      { command: 'make test', path: 'Makefile', line: 3 },
      { command: 'make build', path: 'Makefile', line: 5 },
    ]);
  });

  test('of Ruby and of tox names what people call', () => {
    const commands = (path: string, text: string) =>
      readManifest(path, text)?.scripts.map(({ command, line }) => `${command} ${line}`);
    expect(
      commands(
        'Rakefile',
        'desc "x"\ntask :default => :test\ntask "lint" do\nRake::TestTask.new(:test) do |t|\n  task :no\n',
      ),
    ).toEqual(['rake default 2', 'rake lint 3', 'rake test 4']);
    expect(commands('tox.ini', '[tox]\nenvlist = py\n[testenv]\n[testenv:docs]\n')).toEqual([
      'tox -e docs 4',
    ]);
  });

  test('of npm names entry points, and the sources of what a build makes', () => {
    const text = JSON.stringify(
      {
        main: './dist/cjs/index.js',
        exports: {
          '.': { types: './dist/types/index.d.ts', import: './dist/index.js' },
          './x/*': './dist/x/*.js',
        },
        bin: { run: 'bin/run.js' },
      },
      null,
      1,
    );
    const entries = readManifest('packages/a/package.json', text)?.entries ?? [];
    expect(entries).toContainEqual({
      name: 'packages/a/bin/run.js',
      path: 'packages/a/package.json',
      line: 11,
      built: null,
    });
    expect(entries).toContainEqual({
      name: 'packages/a/src/index.ts',
      path: 'packages/a/package.json',
      line: 5,
      built: './dist/types/index.d.ts',
    });
    expect(entries.some(({ name }) => name.includes('*'))).toBe(false);
  });

  test('that is none is left out', () => {
    expect(readManifest('package.json', '{ "name": ')).toBeNull();
    expect(readManifest('package.json', '[1]')).toMatchObject({ name: null, scripts: [] });
    expect(readManifest('other.txt', 'x')).toBeNull();
  });
});

test('a workflow names the commands that it runs, without setup and what a shell computes', () => {
  const text = `jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: "npm test"
      - name: all
        run: |
          cargo test --all
          cargo test --target \${{ matrix.target }}
          cd x && make
          echo hello
      - run: go test ./...
        env: {}
      - run: npm test
`;
  expect(
    ciCommands('.github/workflows/ci.yml', text).map(({ command, line }) => `${command} ${line}`),
  ).toEqual(['npm test 6', 'cargo test --all 9', 'go test ./... 13']);
});

test.each([
  ['a.py', 'os', 'click'],
  ['a.go', 'net/http', 'github.com/a/b'],
  ['a.rs', 'std', 'serde'],
  ['a.rs', 'rustfmt', 'walkdir'],
  ['a.c', 'sys/types.h', 'openssl/ssl.h'],
  ['a.cpp', 'vector', 'boost/any.hpp'],
  ['a.rb', 'io/wait', 'rack'],
  ['a.java', 'java.util', 'org.jsoup'],
  ['a.ts', 'fs', 'zod'],
])('what comes with the language of %s is no package that it needs', (path, own, other) => {
  expect([isStandard(path, own), isStandard(path, other)]).toEqual([true, false]);
});

test('lines are rounded to two digits, and names of one word tell no naming', () => {
  expect([7, 42, 149, 1234, 98_765].map(roundLines)).toEqual([7, 40, 150, 1200, 99_000]);
  expect(
    ['a/file-store.ts', 'a_b.py', 'fileStore.ts', 'FileStore.java', 'index.ts', 'README.md', 'Gemfile'].map(
      namingOf,
    ),
  ).toEqual(['kebab-case', 'snake_case', 'camelCase', 'PascalCase', null, null, null]);
});
