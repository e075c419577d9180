import { expect, test } from 'vitest';
import { parameterText, parameterValue } from './parameter-text.ts';

test.each([
  [null, null],
  [undefined, null],
  ['', ''],
  [2n ** 63n, '9223372036854775808'],
  [1.5, '1.5'],
  [false, 'false'],
  [new Date('2026-01-02T03:04:05.678Z'), '2026-01-02T03:04:05.678Z'],
  [new Uint8Array([0, 255]).subarray(1), '\\xff'],
  [{ a: [1] }, '{"a":[1]}'],
  [[], '{}'],
  [['', 'NULL', null, 'a"b\\c', ','], '{"","NULL",NULL,"a\\"b\\\\c",","}'],
  [
    [
      [1, 2],
      [3, 4],
    ],
    '{{"1","2"},{"3","4"}}',
  ],
])('%s is written as %s', (value, text) => {
  expect(parameterText(value)).toBe(text);
});

test('bytes are sent as they are, and without the memory beside them', () => {
  const value = parameterValue(Buffer.from([7, 0, 255]).subarray(1));
  expect(value).toEqual(new Uint8Array([0, 255]));
  expect(value).toHaveProperty('buffer.byteLength', 2);
  expect(parameterValue('\\xff')).toBe('\\xff');
});
