import { expect, test } from 'vitest';
import { layoutModules, type MapStyle } from './layout-modules.ts';
import { circlesOf, edgeKey, nodeOf, tellingDepth, type ModuleGraph } from './module-graph.ts';

const style: MapStyle = { direction: 'right', width: 100, height: 20, between: 40, gap: 10, most: 50 };

function graphOf(
  edges: readonly (readonly [string, string])[],
  cycles: readonly (readonly string[])[] = [],
  more: readonly string[] = [],
): ModuleGraph {
  const paths = [...new Set([...edges.flat(), ...more])];
  return {
    nodes: paths.map((path) => ({ path, isFolder: true, files: 1, lines: 10 })),
    edges: edges.map(([from, to]) => ({ from, to, imports: 1 })),
    cycles,
  };
}

const layered = graphOf([
  ['api', 'db'],
  ['db', 'sync'],
  ['api', 'sync'],
  ['sync', 'knowledge'],
  ['web', 'sync'],
]);

test('a module stands behind all that import it', () => {
  const { boxes } = layoutModules(layered, style);
  const columns = Object.groupBy(boxes, ({ x }) => x / 140);
  expect(Object.values(columns).map((column) => column?.map(({ path }) => path).toSorted())).toEqual([
    ['api', 'web'],
    ['db'],
    ['sync'],
    ['knowledge'],
  ]);
});

test('the same graph gives the same map, in whatever order its parts come', () => {
  const turned = { ...layered, nodes: layered.nodes.toReversed(), edges: layered.edges.toReversed() };
  expect(layoutModules(turned, style)).toEqual(layoutModules(layered, style));
});

test('no two boxes overlap, and all of them and their links lie inside of the map', () => {
  const edges = Array.from({ length: 40 }, (_, i) => [`m${i % 13}`, `m${(i * 7 + 3) % 29}`] as const);
  const { boxes, links, width, height } = layoutModules(graphOf(edges.filter(([a, b]) => a !== b)), style);
  for (const [index, a] of boxes.entries()) {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.y).toBeGreaterThanOrEqual(0);
    expect(a.x + style.width).toBeLessThanOrEqual(width);
    expect(a.y + style.height).toBeLessThanOrEqual(height);
    for (const b of boxes.slice(index + 1))
      expect(a.x === b.x && Math.abs(a.y - b.y) < style.height).toBe(false);
  }
  for (const { curve } of links)
    for (const [, x = '', y = ''] of curve.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)) {
      expect(Number(x)).toBeLessThanOrEqual(width);
      expect(Number(y)).toBeLessThanOrEqual(height);
    }
});

test('of a circle, the module that mostly imports stands in front, and one edge leads back', () => {
  const graph: ModuleGraph = {
    ...graphOf([
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'c'],
    ]),
    edges: [
      { from: 'a', to: 'b', imports: 1 },
      { from: 'b', to: 'a', imports: 9 },
      { from: 'b', to: 'c', imports: 1 },
    ],
  };
  const { boxes, links } = layoutModules(graph, style);
  expect(Object.fromEntries(boxes.map((box) => [box.path, box.x]))).toEqual({ b: 0, a: 140, c: 140 });
  expect([...circlesOf(graph).back]).toEqual([edgeKey({ from: 'a', to: 'b' })]);
  // It leaves at the front of the importer and enters at the back.
  expect(links.find(({ from }) => from === 'a')?.curve).toMatch(/^M140 /);
});

test('downwards, layers are rows', () => {
  const { boxes, height } = layoutModules(layered, { ...style, direction: 'down' });
  expect(boxes.find(({ path }) => path === 'knowledge')?.y).toBe(180);
  expect(height).toBe(200);
});

test('only the modules with most imports get a box, the others are listed', () => {
  const graph = graphOf(
    [
      ['a', 'hub'],
      ['b', 'hub'],
      ['c', 'hub'],
      ['d', 'c'],
    ],
    [],
    ['alone'],
  );
  const { boxes, left, links } = layoutModules(graph, { ...style, most: 2 });
  expect(boxes.map(({ path }) => path).toSorted()).toEqual(['c', 'hub']);
  expect(left.map(({ path }) => path)).toEqual(['a', 'alone', 'b', 'd']);
  expect(links).toHaveLength(1);
  expect(layoutModules(graphOf([]), style)).toMatchObject({ boxes: [], links: [], width: 0, height: 0 });
});

test('a chain of ten thousand modules is laid out', () => {
  const chain = graphOf(Array.from({ length: 10_000 }, (_, i) => [`n${i}`, `n${i + 1}`] as const));
  expect(layoutModules(chain, { ...style, most: 20_000 }).boxes).toHaveLength(10_001);
});

test('circles of files are found between modules and inside of them, apart from edges that only lead back', () => {
  const graph = graphOf(
    [
      ['a', 'b'],
      ['b', 'a'],
      ['c', 'd'],
      ['d', 'c'],
      ['a', 'c'],
    ],
    [
      ['a/1.ts', 'b/2.ts'],
      ['c/1.ts', 'c/2.ts'],
      ['elsewhere/x.ts', 'elsewhere/y.ts'],
    ],
  );
  const { inside, ofFiles, back } = circlesOf(graph);
  expect([...ofFiles].toSorted()).toEqual([edgeKey({ from: 'a', to: 'b' }), edgeKey({ from: 'b', to: 'a' })]);
  expect([...back].toSorted()).toEqual([edgeKey({ from: 'b', to: 'a' }), edgeKey({ from: 'd', to: 'c' })]);
  expect([...inside]).toEqual([['c', 1]]);
});

test('a file belongs to the nearest folder that has a node', () => {
  const nodes = new Set(['packages/db', 'packages', 'main.ts']);
  expect(nodeOf('packages/db/src/a.ts', nodes)).toBe('packages/db');
  expect(nodeOf('packages/sync/b.ts', nodes)).toBe('packages');
  expect(nodeOf('main.ts', nodes)).toBe('main.ts');
  expect(nodeOf('apps/x.ts', nodes)).toBeNull();
});

test('the depth that is shown first is the first that shows three modules hang together', () => {
  const pair = graphOf([['apps', 'packages']]);
  expect(tellingDepth([pair, layered])).toBe(2);
  expect(tellingDepth([layered, layered])).toBe(1);
  expect(tellingDepth([graphOf([]), pair])).toBe(2);
  expect(tellingDepth([graphOf([]), graphOf([])])).toBe(1);
});
