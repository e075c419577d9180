import { expect, test } from 'vitest';
import { resolveTexts } from '../../testing/resolve-texts.ts';

test('relative and absolute imports lead to modules and packages', async () => {
  const { imports, references } = await resolveTexts({
    'src/app/__init__.py': 'from .core import Core\n',
    'src/app/core.py':
      'import os\nfrom . import util\nfrom .util import help\nfrom ..outside import x\nclass Core:\n    def run(self):\n        help()\n        util.other()\n',
    'src/app/util.py': 'def help(): pass\ndef other(): pass\n',
    'tests/test_app.py': 'import app.util\nfrom app import Core, util\nCore().run()\napp.util.help()\n',
  });
  expect(imports).toEqual([
    'src/app/__init__.py: .core → src/app/core.py',
    'src/app/core.py: os → os',
    'src/app/core.py: . → src/app/__init__.py',
    'src/app/core.py: . → src/app/util.py',
    'src/app/core.py: .util → src/app/util.py',
    'src/app/core.py: ..outside → null',
    'tests/test_app.py: app.util → src/app/util.py',
    'tests/test_app.py: app → src/app/__init__.py',
    'tests/test_app.py: app → src/app/util.py',
  ]);
  expect(references).toContain('tests/test_app.py:3 → src/app/core.py Core.run (stated-result)');
  expect(references).toContain('src/app/core.py:8 → src/app/util.py other (import-member)');
});

test('a package imports its own modules', async () => {
  const { imports } = await resolveTexts({
    'app/__init__.py': 'def make():\n    from . import db, auth\n    from . import gone\n',
    'app/db.py': '',
    'app/auth.py': '',
  });
  expect(imports).toEqual([
    'app/__init__.py: . → app/db.py',
    'app/__init__.py: . → app/auth.py',
    'app/__init__.py: . → null',
  ]);
});

test('namespaces without an init file and paths that climb out', async () => {
  const { imports } = await resolveTexts({
    'space/one.py': 'from space import two\nfrom ....far import x\n',
    'space/two.py': '',
  });
  expect(imports).toEqual(['space/one.py: space → space/two.py', 'space/one.py: ....far → null']);
});

test('a name has a class where all its values agree', async () => {
  const { references } = await resolveTexts({
    'kit.py':
      'class A:\n    def run(self): pass\nclass B:\n    def run(self): pass\nclass Session:\n    def __enter__(self) -> A: ...\nstore = A()\n',
    'use.py': `from kit import A, B, Session, store
def choose(flag):
    one = A()
    if flag:
        one = B()
    one.run()
    two = None
    two = A()
    two.run()
    with Session() as three:
        three.run()
    four = A() if flag else None
    four.run()
    store.run()
class Holder:
    kept = None
    def open(self):
        self.kept = A()
        self.mixed = A()
        self.mixed = B()
    def use(self):
        self.kept.run()
        self.mixed.run()
`,
  });
  expect(references.filter((each) => each.includes(' run') || each.includes('.run'))).toEqual([
    'use.py:9 → kit.py A.run (stated-result)',
    'use.py:11 → kit.py A.run (stated-result)',
    'use.py:13 → kit.py A.run (stated-result)',
    'use.py:14 → kit.py A.run (import-member)',
    'use.py:22 → kit.py A.run (stated-result)',
  ]);
});

test('a check of its class says what a name holds', async () => {
  const { references } = await resolveTexts({
    'kit.py': 'class A:\n    def run(self): pass\nclass B(A):\n    def run(self): pass\n',
    'use.py': `from kit import A, B
def choose(one: A, two, three: A):
    if isinstance(one, B) and one.run():
        one.run()
    one.run()
    assert isinstance(two, A)
    two.run()
    if isinstance(three, (A, B)):
        three.run()
    if isinstance(three, B):
        three = B() or A()
        three.run()
`,
  });
  expect(references.filter((each) => each.includes('.run'))).toEqual([
    'use.py:3 → kit.py B.run (stated-type)',
    'use.py:4 → kit.py B.run (stated-type)',
    'use.py:5 → kit.py A.run (stated-type)',
    'use.py:7 → kit.py A.run (stated-type)',
  ]);
});

test('a function is not its result, and a value that is called is not of its own class', async () => {
  const { references } = await resolveTexts({
    'kit.py': 'class A:\n    def run(self): pass\nclass B:\n    def run(self): pass\n',
    'use.py':
      'from kit import A, B\ndef make() -> A: ...\nmake.run()\nheld = A()\nheld().run()\nmake().run()\n',
  });
  expect(references.filter((each) => each.includes('.run'))).toEqual([
    'use.py:6 → kit.py A.run (stated-result)',
  ]);
});

test('of several imports that bind one package the longest that fits is meant', async () => {
  const { references } = await resolveTexts({
    'app/__init__.py': '',
    'app/one.py': 'def a(): pass\n',
    'app/two.py': 'def b(): pass\n',
    'use.py': 'import app.one\nimport app.two\napp.one.a()\napp.two.b()\n',
  });
  expect(references).toEqual([
    'use.py:3 → app/one.py a (import-namespace)',
    'use.py:4 → app/two.py b (import-namespace)',
  ]);
});

test('a field that a base declares is the one of the base', async () => {
  const { references } = await resolveTexts({
    'kit.py': 'class A:\n    def __init__(self):\n        self.open: int = 0\n        self.loose = 0\n',
    'use.py': `from kit import A
class B(A):
    def __init__(self):
        self.open = 1
        self.loose = 1
        self.own = 1
    def run(self):
        self.open
        self.loose
        self.own
`,
  });
  expect(references.slice(1)).toEqual(['use.py:8 → kit.py A.open (inherited-member)']);
});

test('in the body of a class a name means what stands above it', async () => {
  const { references } = await resolveTexts({
    'kit.py': 'def load(): pass\nclass A:\n    def run(self): pass\n',
    'use.py': 'from kit import A, load\nclass B:\n    load = load\n    def A(self, a: A = A()): a.run()\n',
  });
  expect(references.filter((each) => each.includes('run') || each.includes('load'))).toEqual([
    'use.py:3 → kit.py load (import-named)',
    'use.py:4 → kit.py A.run (stated-type)',
  ]);
});

test('an annotation sees none of the names of its own function', async () => {
  const { references } = await resolveTexts({
    'kit.py': 'class A:\n    def run(self): pass\n',
    'use.py': 'import kit\ndef f(kit: kit.A = kit.A()) -> kit.A:\n    kit.run()\n',
  });
  expect(references).toEqual([
    'use.py:2 → kit.py A (import-namespace)',
    'use.py:2 → kit.py A (import-namespace)',
    'use.py:2 → kit.py A (import-namespace)',
    'use.py:3 → kit.py A.run (stated-type)',
  ]);
});

test('fields and names that are given each other end somewhere', async () => {
  const chain = Array.from({ length: 5000 }, (_, at) => `v${at + 1} = v${at}`).join('\n');
  const { imports } = await resolveTexts({
    'loop.py': `class A:\n    def f(self):\n        self.a = self.b\n        self.b = self.a\n        self.a.run()\n`,
    'self.py': 'import loop\nheld: held.Other = None\nheld.run()\ndef f(one: one.Kind): one.run()\n',
    'long.py': `import loop\nv0 = loop.A()\n${chain}\nv5000.f()\n`,
    'wide.py': Array.from({ length: 200 }, (_, at) => `w${at + 1} = w${at}.x\n`.repeat(9)).join(''),
  });
  expect(imports).toEqual(['self.py: loop → loop.py', 'long.py: loop → loop.py']);
});
