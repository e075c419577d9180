import { expect, test } from 'vitest';
import { titlesOf } from '../../testing/patterns-of.ts';
import { hub } from './hub.ts';

const around = (count: number) => ({
  'core.ts': 'export const core = 1;\n',
  ...Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`f${at}.ts`, "import { core } from './core';\ncore;\n"]),
  ),
});

test('finds a file that thirty others import, in rounded numbers', async () => {
  expect(await titlesOf(hub, around(31))).toEqual(['core.ts is a hub: about 30 files import it']);
});

test('takes a file with few importers for no hub', async () => {
  expect(await titlesOf(hub, around(10))).toEqual([]);
});
