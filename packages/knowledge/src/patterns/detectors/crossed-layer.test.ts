import { expect, test } from 'vitest';
import { patternsOf } from '../../testing/patterns-of.ts';
import { crossedLayer } from './crossed-layer.ts';

const layered = (back: string) => ({
  'src/store/rows.ts': `${back}export const rows = [];\n`,
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [
      `src/pages/page${at}.ts`,
      `import { rows } from '../store/rows';\nexport const page${at} = rows;\n`,
    ]),
  ),
});

test('finds the one import against a direction that twelve others keep', async () => {
  const found = await patternsOf(crossedLayer, layered("import { page0 } from '../pages/page0';\npage0;\n"));
  expect(found).toMatchObject([
    {
      title: 'src/store imports src/pages, against the usual direction',
      certainty: 'LIKELY',
      places: [{ path: 'src/store/rows.ts', startLine: 1, endLine: 1 }],
    },
  ]);
});

test('says nothing where all imports lead one way, or where only types lead back', async () => {
  expect(await patternsOf(crossedLayer, layered(''))).toEqual([]);
  const types = layered("import type { page0 } from '../pages/page0';\nexport type P = typeof page0;\n");
  expect(await patternsOf(crossedLayer, types)).toEqual([]);
});

test('learns no direction from a few imports', async () => {
  const few = Object.entries(layered("import { page0 } from '../pages/page0';\npage0;\n")).slice(0, 6);
  expect(await patternsOf(crossedLayer, Object.fromEntries(few))).toEqual([]);
});
