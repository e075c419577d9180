import { expect, test } from 'vitest';
import { resolveTexts } from '../../testing/resolve-texts.ts';
import { parseGoManifest } from './go-manifest.ts';

test('replaced modules, workspaces and vendored packages are found in their folders', async () => {
  const { imports } = await resolveTexts({
    'go.work': 'go 1.22\nuse (\n\t./app\n\t./lib\n)\n',
    'app/go.mod': 'module a.io/app\nreplace b.io/kit => ../kit // near\nreplace c.io/far => d.io/far v1\n',
    'app/main.go': 'package main\nimport (\n"b.io/kit/x"\n"a.io/lib"\n"v.io/dep"\n"c.io/far"\n)\n',
    'app/vendor/v.io/dep/dep.go': 'package dep\n',
    'kit/x/x.go': 'package x\n',
    'lib/go.mod': 'module a.io/lib\n',
    'lib/lib.go': 'package lib\n',
  });
  expect(imports).toEqual([
    'app/main.go: b.io/kit/x → kit/x/x.go',
    'app/main.go: a.io/lib → lib/lib.go',
    'app/main.go: v.io/dep → app/vendor/v.io/dep/dep.go',
    'app/main.go: c.io/far → c.io/far',
  ]);
});

test('packages below internal are closed to others', async () => {
  const { imports } = await resolveTexts({
    'go.mod': 'module m\n',
    'a/internal/x/x.go': 'package x\n',
    'a/in.go': 'package a\nimport "m/a/internal/x"\n',
    'b/out.go': 'package b\nimport "m/a/internal/x"\n',
  });
  expect(imports).toEqual([
    'a/in.go: m/a/internal/x → a/internal/x/x.go',
    'b/out.go: m/a/internal/x → m/a/internal/x',
  ]);
});

test('a manifest that is broken or climbs out does no harm', async () => {
  expect(parseGoManifest('module\nreplace x =>\nuse (\n').module).toBeNull();
  const { imports } = await resolveTexts({
    'go.mod': 'module m\nreplace x => ../../outside\n',
    'a.go': 'package a\nimport "x"\nimport "__proto__"\n',
  });
  expect(imports).toEqual(['a.go: x → x', 'a.go: __proto__ → __proto__']);
});
