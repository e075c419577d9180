import { createServer, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openClient } from './client.ts';
import { Refusal, Unreachable } from './refusal.ts';

let close: (() => Promise<void>) | null = null;
afterEach(() => close?.());

const asked = z.object({ variables: z.object({ after: z.number().default(0) }) });

/** Starts a server whose responses are given, one function per request. */
async function serving(...answers: ((response: ServerResponse, after: number) => void)[]): Promise<string> {
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      answers.shift()?.(response, asked.parse(JSON.parse(text)).variables.after);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      close = null;
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const address = server.address();
  return `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
}

function line(sequence: number, status: string): string {
  const stats = { filesTotal: 1, filesAdded: 1, filesModified: 0, filesRemoved: 0 };
  const syncProgress = { sequence, status, phase: 'IMPORT', progress: 0.5, message: '', stats };
  return `event: next\ndata: ${JSON.stringify({ data: { syncProgress } })}\n\n`;
}

test('a broken stream is resumed after the last event, and each event is reported once', async () => {
  const behind: number[] = [];
  const url = await serving(
    (response, after) => {
      behind.push(after);
      response.write(line(1, 'RUNNING') + line(2, 'RUNNING').slice(0, 30), () => response.destroy());
    },
    (response, after) => {
      behind.push(after);
      response.end(line(2, 'RUNNING') + line(3, 'COMPLETED'));
    },
  );
  const reported: number[] = [];
  const last = await openClient(url, 'key').follow('sync', ({ sequence }) => reported.push(sequence));
  expect([last.status, reported, behind]).toEqual(['COMPLETED', [1, 2, 3], [0, 1]]);
});

test('a server that stops during a sync is reported as unreachable', async () => {
  const url = await serving((response) =>
    response.write(line(1, 'RUNNING'), () => {
      void close?.();
    }),
  );
  await expect(openClient(url, 'key').follow('sync', () => undefined)).rejects.toThrow(Unreachable);
});

test('a refusal in a stream is thrown with its code', async () => {
  const errors = [{ message: 'There is no such sync.', extensions: { code: 'NOT_FOUND' } }];
  const url = await serving((response) =>
    response.end(`event: next\ndata: ${JSON.stringify({ errors })}\n\n`),
  );
  const followed = openClient(url, 'key').follow('sync', () => undefined);
  await expect(followed).rejects.toMatchObject({ name: Refusal.name, code: 'NOT_FOUND' });
});

/** Answers a request with a status and a body, as a server or a proxy before it would. */
async function refusing(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      close = null;
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const address = server.address();
  return `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
}
const withCode = (code: string, message: string) =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] });

const refusals = {
  'a wrong key': { status: 401, body: withCode('UNAUTHENTICATED', 'No.'), words: 'The server refused' },
  'a missing scope': { status: 200, body: withCode('FORBIDDEN', 'No.'), words: 'scope' },
  'an empty budget': { status: 429, body: withCode('RATE_LIMITED', 'Try again in 3 s.'), words: 'in 3 s' },
  'an older server': { status: 400, body: withCode('BAD_USER_INPUT', 'No field "x".'), words: 'No field' },
  "a proxy's page": { status: 403, body: '<h1>FORBIDDEN</h1>', words: '403: <h1>FORBIDDEN</h1>' },
  'a broken server': { status: 502, body: 'INTERNAL', words: '502' },
};

test.each(Object.entries(refusals))('%s is reported in words, with a code', async (_name, refusal) => {
  const client = openClient(await refusing(refusal.status, refusal.body), 'key');
  const code = /[A-Z_]{8,}/.exec(refusal.body)?.[0];
  const message = expect.stringContaining(refusal.words) as unknown;
  await expect(client.ask(z.object({ x: z.string() }), '{ x }')).rejects.toMatchObject({ code, message });
  await expect(client.follow('sync', () => undefined)).rejects.toMatchObject({ code });
});
