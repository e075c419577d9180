import { expect, test } from 'vitest';
import { offeredFolders, offeredValues } from './offered-values.ts';

const found = [
  { value: '.', count: 4 },
  { value: 'src', count: 2 },
];

test('a chosen value is offered, also where no hit has it', () => {
  expect(offeredValues([{ value: 'go', count: 2 }], ['go', 'rust'])).toEqual([
    { value: 'rust', count: 0 },
    { value: 'go', count: 2 },
  ]);
});

test('the root is no folder to choose: nothing stands below an address that begins with a dot', () => {
  expect(offeredFolders(found, '')).toEqual([{ value: 'src', count: 2 }]);
  expect(offeredFolders(found, 'docs/').map(({ value }) => value)).toEqual(['docs', 'src']);
});
