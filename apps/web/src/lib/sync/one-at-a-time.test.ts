import { expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

/** A question that is answered by hand. */
function heldQuestion() {
  const answers: (() => void)[] = [];
  const ask = () => new Promise<void>((resolve) => void answers.push(resolve));
  const answered = async () => {
    answers.at(-1)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ask, answered, asked: () => answers.length };
}

test('what is wanted while a question is under way is asked once, after it', async () => {
  const { ask, answered, asked } = heldQuestion();
  const questions = oneAtATime(ask);
  for (let i = 0; i < 5; i++) questions.want();
  expect(asked()).toBe(1);
  await answered();
  expect(asked()).toBe(2);
  await answered();
  expect(asked()).toBe(2);
  questions.want();
  expect(asked()).toBe(3);
});

test('a question that failed is asked again when it is wanted, and none after the end', async () => {
  let asked = 0;
  const questions = oneAtATime(() => {
    asked++;
    return Promise.reject(new Error('away'));
  });
  questions.want();
  await new Promise((resolve) => setImmediate(resolve));
  questions.want();
  expect(asked).toBe(2);
  questions.stop();
  await new Promise((resolve) => setImmediate(resolve));
  questions.want();
  expect(asked).toBe(2);
});
