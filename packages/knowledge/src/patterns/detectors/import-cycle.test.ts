import { expect, test } from 'vitest';
import { foundIn, patternsOf } from '../../testing/patterns-of.ts';
import { digestedSnapshot } from '../find-patterns.ts';
import { importCycle } from './import-cycle.ts';

const circle = {
  'a.ts': "import { b, c } from './b';\nexport const a = () => b() + c;\n",
  'b.ts': "import { c } from './c';\nexport const b = () => c;\nexport { c };\n",
  'c.ts': "import { a } from './a';\nexport const c = 1;\nexport const d = () => a();\n",
};

test('finds a circle once, with the way round and the import that is cheapest to cut', async () => {
  const [found, ...more] = await patternsOf(importCycle, circle);
  expect(more).toEqual([]);
  expect(found?.subject).toBe('a.ts\nb.ts\nc.ts');
  expect(found?.description).toContain('a.ts → b.ts → c.ts → a.ts');
  expect(found?.suggestion).toMatch(/^Cheapest to cut: the import of \w\.ts in \w\.ts\.$/);
  expect(found?.places).toContainEqual({ path: 'c.ts', startLine: 1, endLine: 1 });
});

test('leaves out a circle of names that stand only where types do, and circles of examples', async () => {
  const store = {
    'store.ts': "import { api } from './api';\nexport const store = api;\nexport interface State { a: 1 }\n",
    'api.ts': "import { State } from './store';\nexport const api = (state: State) => state;\n",
  };
  expect(await patternsOf(importCycle, store)).toEqual([]);
  const examples = Object.fromEntries(
    Object.entries(circle).map(([path, text]) => [`examples/${path}`, text]),
  );
  expect(await patternsOf(importCycle, examples)).toEqual([]);
});

test('leaves out circles of types alone, and files that import themselves', async () => {
  const types = {
    'a.ts': "import type { B } from './b';\nexport interface A { b: B }\n",
    'b.ts': "import type { A } from './a';\nexport interface B { a: A }\n",
    'self.ts': "import * as self from './self';\nexport const x = () => self;\n",
  };
  expect(await patternsOf(importCycle, types)).toEqual([]);
});

test('takes one circle through 3,000 files as one finding, and names some of them', async () => {
  const files = new Map(
    Array.from({ length: 3000 }, (_, at) => [
      `f${at}.ts`,
      {
        dialect: 'typescript',
        role: 'source' as const,
        lines: 10,
        imports: [{ to: `f${(at + 1) % 3000}.ts`, line: 1 }],
      },
    ]),
  );
  const found = foundIn(importCycle, digestedSnapshot(files));
  expect(found.map(({ title }) => title)).toEqual(['3000 files import each other in a circle']);
  expect(found[0]?.description).toMatch(/ → 2988 more → f\d+\.ts\.$/);
});

test('takes what is loaded when it is first used for no circle', async () => {
  const ruby = {
    'lib/a.rb': "module A\n  autoload :B, 'a/b'\nend\n",
    'lib/a/b.rb': "require 'a'\nmodule A\n  class B; end\nend\n",
  };
  expect(await patternsOf(importCycle, ruby)).toEqual([]);
  const required = { ...ruby, 'lib/a.rb': "require 'a/b'\nmodule A\nend\n" };
  expect(await patternsOf(importCycle, required)).toHaveLength(1);
  const php = {
    'composer.json': '{ "autoload": { "psr-4": { "Own\\\\": "src/" } } }',
    'src/A.php': '<?php\nnamespace Own;\nuse Own\\B;\nclass A { function f(B $b) {} }\n',
    'src/B.php': '<?php\nnamespace Own;\nuse Own\\A;\nclass B { function f(A $a) {} }\n',
  };
  expect(await patternsOf(importCycle, php)).toEqual([]);
});
