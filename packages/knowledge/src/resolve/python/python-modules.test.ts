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
