import { expect, test, vi } from 'vitest';
import { limitQuestions } from './question-budget.ts';

const signal = new AbortController().signal;

test('questions send no more tokens an hour than the limit, and one that was asked before sends none', async () => {
  let now = 0;
  const sent = vi.fn((text: string) => Promise.resolve(new Float32Array([text.length])));
  const embed = limitQuestions(sent, 100, () => now);
  const ask = (text: string) => embed(text, 'model', signal);
  expect(await ask('a'.repeat(300))).not.toBeNull();
  expect(await ask('a'.repeat(300))).not.toBeNull();
  expect(sent).toHaveBeenCalledTimes(1);
  expect(await ask('b'.repeat(300))).toBeNull();
  expect(sent).toHaveBeenCalledTimes(1);
  now += 60 * 60_000;
  expect(await ask('b'.repeat(300))).not.toBeNull();
});

test('without a limit every question is embedded', async () => {
  const embed = limitQuestions(() => Promise.resolve(new Float32Array([1])), null);
  for (let asked = 0; asked < 1000; asked += 1)
    expect(await embed(`question ${asked}`, 'model', signal)).not.toBeNull();
});
