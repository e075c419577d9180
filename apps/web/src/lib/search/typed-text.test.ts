import { expect, test } from 'vitest';
import { followed, typed } from './typed-text.ts';

test('an address that catches up with an earlier letter takes no later one back', () => {
  let text = typed('a', '');
  text = typed('ab', '');
  text = followed(text, 'a');
  expect(text.text).toBe('ab');
  text = followed(text, 'ab');
  expect(text).toEqual({ text: 'ab', settled: true });
});

test('a space at the end stays while its address knows none', () => {
  const text = followed(typed('tide ', ''), 'tide');
  expect(text).toEqual({ text: 'tide ', settled: true });
});

test('an address that changes by itself is shown', () => {
  expect(followed(typed('tide', 'tide'), '').text).toBe('');
  expect(followed({ text: '', settled: true }, 'quay').text).toBe('quay');
});
