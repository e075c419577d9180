import { createServer, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openClient, Refusal, Unreachable } from './client.ts';

let close: (() => Promise<void>) | null = null;
afterEach(() => close?.());

const asked = z.object({ variables: z.object({ after: z.number() }) });

/** A server whose streams end as a test wants them to: one function a request. */
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

test('a stream that breaks off is taken up behind the last event, and tells each event once', async () => {
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
  const told: number[] = [];
  const last = await openClient(url, 'key').follow('sync', ({ sequence }) => told.push(sequence));
  expect([last.status, told, behind]).toEqual(['COMPLETED', [1, 2, 3], [0, 1]]);
});

test('a server that goes away during a sync is told as such', async () => {
  const url = await serving((response) =>
    response.write(line(1, 'RUNNING'), () => {
      void close?.();
    }),
  );
  await expect(openClient(url, 'key').follow('sync', () => undefined)).rejects.toThrow(Unreachable);
});

test('what a stream refuses is thrown with its code', async () => {
  const errors = [{ message: 'There is no such sync.', extensions: { code: 'NOT_FOUND' } }];
  const url = await serving((response) =>
    response.end(`event: next\ndata: ${JSON.stringify({ errors })}\n\n`),
  );
  const followed = openClient(url, 'key').follow('sync', () => undefined);
  await expect(followed).rejects.toMatchObject({ name: Refusal.name, code: 'NOT_FOUND' });
});
