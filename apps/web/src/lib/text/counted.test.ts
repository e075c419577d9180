import { expect, test } from 'vitest';
import { counted } from './counted.ts';

test('one of something is not several of it', () => {
  expect([0, 1, 2].map((lines) => counted(lines, 'line', 'lines'))).toEqual(['0 lines', '1 line', '2 lines']);
});
