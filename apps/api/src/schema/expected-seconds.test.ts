import { expect, test } from 'vitest';
import { expectedSeconds } from './expected-seconds.ts';

const measured = { contents: 100, tokens: 1000, seconds: 4, embedSeconds: 10 };

test('contents and tokens each have the pace that was measured', () => {
  expect(expectedSeconds({ contents: 200, tokens: 500 }, [measured])).toBe(8 + 5);
});

test('where tokens are not known before, or were not counted then, vectors go by contents', () => {
  expect(expectedSeconds({ contents: 200, tokens: null }, [measured])).toBe(28);
  expect(expectedSeconds({ contents: 200, tokens: 5 }, [{ ...measured, tokens: 0 }])).toBe(28);
});

test('of several paces the middle counts, so that a sync that waited for its source counts for little', () => {
  const waited = { ...measured, seconds: 3600 };
  const quick = { ...measured, seconds: 3 };
  expect(expectedSeconds({ contents: 100, tokens: 1000 }, [waited, measured, quick])).toBe(14);
  expect(expectedSeconds({ contents: 100, tokens: 1000 }, [waited, measured])).toBe(14);
});

test('nothing is expected where nothing was measured', () => {
  expect(expectedSeconds({ contents: 5, tokens: 5 }, [])).toBeNull();
});
