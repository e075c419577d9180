import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from 'vitest';
import { watchSteps } from './watch-steps.ts';

const inside = new AsyncLocalStorage<string>();

/** A watch that runs each step inside, and what it saw. */
function watch() {
  const ended: unknown[] = [];
  return {
    ended: (error?: unknown) => void ended.push(error),
    step: <T>(work: () => Promise<T>) => inside.run('yes', work),
    seen: ended,
  };
}

async function* steps(freed: string[], failsAt = -1): AsyncGenerator<number, string> {
  try {
    for (let at = 0; at < 3; at += 1) {
      await Promise.resolve();
      if (at === failsAt) throw new Error('It failed.');
      yield at;
      expect(inside.getStore()).toBe('yes');
    }
    return 'the result';
  } finally {
    freed.push(String(inside.getStore()));
  }
}

test('each step runs inside, the reader outside, and the result is passed on', async () => {
  const one = watch();
  const freed: string[] = [];
  const watched = watchSteps(one, steps(freed));
  const seen: unknown[] = [];
  for (;;) {
    const step = await watched.next();
    expect(inside.getStore()).toBeUndefined();
    seen.push(step.value);
    if (step.done === true) break;
  }
  expect([seen, one.seen, freed]).toEqual([[0, 1, 2, 'the result'], [undefined], ['yes']]);
});

test('a failure ends the watch with its error, and a reader that stops early frees the generator', async () => {
  const failing = watch();
  const failed = (async () => {
    for await (const step of watchSteps(failing, steps([], 1))) expect(step).toBe(0);
  })();
  await expect(failed).rejects.toThrow('It failed.');
  expect(failing.seen).toEqual([expect.any(Error)]);
  const left = watch();
  const freed: string[] = [];
  for await (const step of watchSteps(left, steps(freed))) if (step === 0) break;
  expect([left.seen, freed]).toEqual([[undefined], ['yes']]);
});
