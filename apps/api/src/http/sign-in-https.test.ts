import { request as askHttp } from 'node:http';
import { createServer as createHttpsServer, request as askHttps } from 'node:https';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { OWNER_EMAIL } from '../auth/first-owner.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { portOf } from '../testing/port-of.ts';
import { textOf } from '../testing/sign-in-at-github.ts';
import { selfSigned } from './self-signed.ts';

const opened: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
});

test('over HTTPS the session is a __Host- cookie, which signs in pages and sockets', async () => {
  const { key, cert } = selfSigned();
  let inner = 0;
  const front = createHttpsServer({ key, cert }, (request, response) => {
    const { url = '/', method, headers } = request;
    const passed = askHttp({ host: '127.0.0.1', port: inner, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  front.on('upgrade', (request, socket) => {
    const { url = '/', headers } = request;
    const passed = askHttp({ host: '127.0.0.1', port: inner, path: url, headers });
    passed.on('upgrade', (answer, stream) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      stream.pipe(socket).pipe(stream);
    });
    passed.end();
  });
  opened.push(front);
  const base = `https://localhost:${await portOf(front)}`;
  const server = await openTestServer({ PUBLIC_URL: base });
  inner = server.port;

  const ask = (path: string, cookie = '', body?: object) =>
    new Promise<{ status: number; cookies: string[]; location: string; text: string }>((resolve, reject) => {
      const asked = askHttps(
        new URL(path, base),
        {
          ca: cert,
          method: body === undefined ? 'GET' : 'POST',
          headers: { cookie, 'content-type': 'application/json', origin: base },
        },
        (answer) => {
          const { statusCode = 0, headers } = answer;
          textOf(answer).then(
            (text) =>
              resolve({
                status: statusCode,
                cookies: headers['set-cookie'] ?? [],
                location: headers.location ?? '',
                text,
              }),
            reject,
          );
        },
      );
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });

  const link = await ask(`/sign-in?token=${await server.signInToken()}`);
  const { cookies } = await ask(link.location);
  const [session = ''] = cookies.filter((line) => line.startsWith('__Host-project_sync='));
  expect(session).toMatch(/; Path=\//i);
  expect(session).toMatch(/; HttpOnly/i);
  expect(session).toMatch(/; SameSite=Lax/i);
  for (const line of cookies) expect(line).toMatch(/; Secure/i);
  expect(session).not.toMatch(/; Domain/i);
  const cookie = session.split(';', 1)[0] ?? '';
  const { text } = await ask('/graphql', cookie, { query: '{ viewer { email } }' });
  expect(text).toContain(OWNER_EMAIL);
  expect((await ask('/graphql', '', { query: '{ viewer { email } }' })).text).not.toContain(OWNER_EMAIL);

  const socket = new WebSocket(`${base.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', {
    ca: cert,
    headers: { cookie, origin: base },
  });
  const answer = await new Promise<string>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data: Buffer) => resolve(data.toString()));
  });
  expect(answer).toContain('connection_ack');
  socket.terminate();
});
