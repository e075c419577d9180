import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from './exchange.ts';

let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/packed') {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      return response.end(gzipSync(Buffer.alloc(2_000_000)));
    }
    // Never ends by itself.
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(10_000)));
    };
    response.on('drain', more);
    return more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each(['/endless', '/packed'])(
  'an answer beyond the limit is given up by a code, without being held: %s',
  async (path) => {
    const usage = { requests: 0, bytes: 0 };
    const connection = { service: 'The server', silence: 10_000, usage, largestAnswer: 1_000_000 };
    const request = { method: 'GET', url: `${url}${path}`, headers: {} } as const;
    const answer = await exchange(request, connection, { signal: AbortSignal.timeout(20_000) });
    expect(answer).toMatchObject({ code: 'SOURCE_INVALID_RESPONSE', retryable: false });
  },
);
