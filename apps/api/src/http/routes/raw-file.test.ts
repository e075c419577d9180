import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRepository } from '../../testing/connected-repository.ts';
import { openTestServer } from '../../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let sync: string;
const secret = `AKIA${'Q3EGRIX7WDN5UMP2'}`;

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', {
    'img/mark.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>\n',
    'src/a b.ts': `export const key = '${secret}';\n`,
    'nul.env': `\0KEY=${secret}\n`,
    'late.env': `${'a\n'.repeat(9000)}\0KEY=${secret}\n`,
    'wide.env': [...`KEY=${secret}\n`].map((letter) => `${letter}\0`).join(''),
    'wider.env': [...`KEY=${secret}\n`].map((letter) => `${letter}\0\0\0`).join(''),
    'harmless.bin': `\0${'harmless'.repeat(40)}`,
  });
  sync = await (await connectRepository(server, { project: 'Raw', path: at.path })).sync();
}, 120_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

const get = (path: string, key: string | null = server.key) =>
  fetch(`${server.url}/raw/${encodeURIComponent(sync)}${path}`, {
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
  });

test('a text is shown as one, to an owner also with its secrets, and is never run as anything', async () => {
  const answer = await get('/src/a%20b.ts');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await answer.text()).toContain(secret);
});

test('bytes with a secret are for owners alone, also where a NUL or another encoding makes them no text', async () => {
  const made = await server.ask(
    'mutation { createApiKey(input: { name: "reader", scopes: [READ] }) { ... on CreateApiKeySuccess { key } } }',
  );
  const { key } = (made.body as { data: { createApiKey: { key: string } } }).data.createApiKey;
  for (const path of ['/src/a%20b.ts', '/nul.env', '/late.env', '/wide.env', '/wider.env']) {
    const refused = await get(path, key);
    expect([path, refused.status, (await refused.text()).includes('secrets')]).toEqual([path, 403, true]);
    expect((await get(path)).status, path).toBe(200);
  }
  expect((await get('/harmless.bin', key)).status).toBe(200);
});

test('an SVG is an image whose policy lets no script run, and any file can be a download', async () => {
  const shown = await get('/img/mark.svg');
  expect(shown.headers.get('content-type')).toBe('image/svg+xml');
  expect(shown.headers.get('content-disposition')).toMatch(/^inline/);
  expect(shown.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
  const saved = await get('/img/mark.svg?download');
  expect(saved.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''mark.svg");
});

test('what is not there, and what a stranger asks for, is the same nothing', async () => {
  for (const path of ['/none.txt', '/img', '', '/%', '/..%2f..%2fetc/passwd'])
    expect((await get(path)).status, path).toBe(404);
  expect((await get('/img/mark.svg', null)).status).toBe(404);
});
