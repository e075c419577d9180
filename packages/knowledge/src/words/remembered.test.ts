import { expect, test } from 'vitest';
import { remembered } from './remembered.ts';

function counting(mostCharacters: number) {
  const made: string[] = [];
  const upper = remembered((text) => {
    made.push(text);
    return text.toUpperCase();
  }, mostCharacters);
  return { made, upper };
}

test('a text is worked out once, and the texts used last are kept', () => {
  const { made, upper } = counting(6);
  expect(['ab', 'cd', 'ef', 'ab', 'gh', 'ab', 'cd'].map(upper)).toEqual(
    ['ab', 'cd', 'ef', 'ab', 'gh', 'ab', 'cd'].map((text) => text.toUpperCase()),
  );
  expect(made).toEqual(['ab', 'cd', 'ef', 'gh', 'cd']);
});

test('a text above the bound pushes nothing out', () => {
  const { made, upper } = counting(4);
  for (const text of ['ab', 'abcdef', 'abcdef', 'ab']) upper(text);
  expect(made).toEqual(['ab', 'abcdef', 'abcdef']);
});

test('a value that is nothing is remembered too', () => {
  let calls = 0;
  const nothing = remembered(() => {
    calls += 1;
    return undefined;
  }, 10);
  nothing('a');
  nothing('a');
  expect(calls).toBe(1);
});
