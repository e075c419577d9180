import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startFakeChat, type ChatAnswer, type FakeChat } from '../testing/start-fake-chat.ts';
import { chatWriter } from './chat-writer.ts';
import type { WritingTask } from './writer.ts';

const key = ['a', 'secret', 'key'].join('-');
const task: WritingTask = {
  instructions: 'Describe it.',
  material: 'The material.',
  schema: { name: 'answer', definition: { type: 'object' } },
  maxTokens: 100,
};
const said: ChatAnswer = { text: '{"ok":true}', tokens: 42 };

let chat: FakeChat;
const pauses: number[] = [];
beforeAll(async () => {
  chat = await startFakeChat(() => said);
});
afterAll(() => chat.close());
beforeEach(() => {
  chat.requests.length = 0;
  pauses.length = 0;
});

const write = (options: object = {}) =>
  chatWriter({
    baseUrl: chat.baseUrl,
    apiKey: key,
    model: 'm',
    fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
    sleep: (ms) => Promise.resolve(void pauses.push(ms)),
    ...options,
  }).write(task, { signal: new AbortController().signal });

/** Answers with each of these in turn, and with the last one from then on. */
function answers(...list: ChatAnswer[]): void {
  let at = 0;
  chat.answerWith(() => list[Math.min(at++, list.length - 1)] ?? said);
}
const status = (code: number, headers = {}): ChatAnswer => ({ status: code, body: '{}', headers });

test('a task is sent with its schema and limit, and the answer comes with its cost', async () => {
  answers(said);
  expect(await write()).toEqual({ text: '{"ok":true}', tokens: 42 });
  const [request] = chat.requests;
  expect(request).toMatchObject({ instructions: 'Describe it.', material: 'The material.' });
  expect(request?.headers.authorization).toBe(`Bearer ${key}`);
  expect(request?.body).toMatchObject({
    model: 'm',
    max_tokens: 100,
    response_format: { json_schema: { schema: { type: 'object' } } },
  });
});

test('a server without schemas, or with another name for the limit, is asked in another form', async () => {
  answers(status(400), status(422), said);
  expect(await write()).toMatchObject({ text: '{"ok":true}' });
  expect(chat.requests.at(-1)?.body).toMatchObject({ max_completion_tokens: 100 });
  expect(chat.requests.at(-1)?.body).not.toHaveProperty('response_format');
});

test('an overloaded server is asked again as it says, and not without end', async () => {
  answers(status(429, { 'retry-after': '7' }), status(503), said);
  expect(await write()).toMatchObject({ tokens: 42 });
  expect(pauses).toEqual([7000, 2000]);
  answers(status(503));
  await expect(write()).rejects.toMatchObject({ code: 'WRITER_UNREACHABLE' });
  expect(chat.requests).toHaveLength(6);
  answers(status(429, { 'retry-after': '3600' }));
  await expect(write()).rejects.toMatchObject({ code: 'WRITER_LIMITED' });
  expect(chat.requests).toHaveLength(7);
});

test.each([
  ['refuses the key', status(401), 'WRITER_REFUSED'],
  ['refuses every form', status(400), 'WRITER_REFUSED'],
  ['leads elsewhere', status(302, { location: 'http://127.0.0.1:9/' }), 'WRITER_UNREACHABLE'],
  ['answers with a page', { status: 200, body: '<html>' }, 'WRITER_INVALID_ANSWER'],
  ['answers with other JSON', { status: 200, body: '{"choices":[{"message":{}}]}' }, 'WRITER_INVALID_ANSWER'],
  ['answers without an end', { status: 200, body: 'x'.repeat(5000) }, 'WRITER_INVALID_ANSWER'],
  ['says nothing', 'never', 'WRITER_TIMED_OUT'],
] as const)('a server that %s is a failure with a code and without the key', async (_name, answer, code) => {
  answers(answer);
  const failure: unknown = await write({ timeoutMs: 400, maxBytes: 4000 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(key);
});

test('a server that is down is a failure that costs nothing', async () => {
  const failure: unknown = await write({ baseUrl: 'http://127.0.0.1:1/v1' }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'WRITER_UNREACHABLE', mayCost: false });
});
