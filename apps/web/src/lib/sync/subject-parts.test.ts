import { expect, test } from 'vitest';
import { subjectParts } from './subject-parts.ts';

const marked = (message: string | null) =>
  subjectParts(message)
    .map(({ text, isCode }) => (isCode ? `[${text}]` : text))
    .join('');

test.each([
  ['Bump `undici` to 7\n\nA body with `code`', 'Bump [undici] to 7'],
  ['`--port` went', '[--port] went'],
  ['An odd ` mark', 'An odd ` mark'],
  ['  padded  \n', 'padded'],
  ['turned \u202e around', 'turned \\u202e around'],
  ['', ''],
  [null, ''],
])('of %j the subject is %s', (message, subject) => {
  expect(marked(message)).toBe(subject);
});

test('a subject without end is cut', () => {
  expect(marked('x'.repeat(1000))).toHaveLength(200);
});
