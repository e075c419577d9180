import { expect, test } from 'vitest';
import { moduleGraph } from './module-graph.ts';

const file = (path: string, ...imports: string[]) => ({ path, lines: 1, imports });
const files = [
  file('apps/web/main.ts', 'packages/store/index.ts'),
  file('packages/store/index.ts', 'packages/words/index.ts'),
  file('packages/store/index.test.ts', 'packages/store/index.ts'),
  file('packages/store/worker.ts', 'packages/store/index.ts'),
  file('packages/words/index.ts'),
  file('packages/words/bench/speed.ts', 'packages/words/index.ts'),
  file('docs/readme.md'),
];
const layersAt = (folder: string, depth: number) =>
  Object.fromEntries(moduleGraph(files, folder, depth).nodes.map(({ path, layer }) => [path, layer]));

test('a package that others need lies below them, whatever tests and entry files of its own it has', () => {
  expect(layersAt('', 2)).toEqual({
    'apps/web': 0,
    'packages/store': 1,
    'packages/words': 2,
    'docs/readme.md': null,
  });
});

test('what stands alone has the layer of its nearest entry point', () => {
  expect(layersAt('', 1)).toMatchObject({ apps: 0, packages: 1, docs: null });
  const store = files.filter(({ path }) => path.startsWith('packages/store/'));
  expect(moduleGraph(store, 'packages', 1).nodes).toMatchObject([{ path: 'packages/store', layer: 0 }]);
});
