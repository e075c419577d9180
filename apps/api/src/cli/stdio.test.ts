import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';
import { version } from '../version.ts';

const command = fileURLToPath(new URL('../../../../scripts/project-sync.mjs', import.meta.url));
let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
const environment = () => ({
  PATH: process.env['PATH'] ?? '',
  PROJECT_SYNC_URL: server.url,
  PROJECT_SYNC_KEY: server.key,
});

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', { 'tide.ts': 'export function turnTheTide(hours: number) {\n  return hours % 6;\n}\n' });
  await (await connectRepository(server, { project: 'Harbour', path: at.path })).sync();
}, 60_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

test('the command of a checkout starts with any Node, and passes its words, output and exit code on', async () => {
  const run = (...args: string[]) =>
    new Promise<readonly [unknown, string, string]>((resolve) => {
      execFile(process.execPath, [command, ...args], { env: environment() }, (error, out, err) =>
        resolve([error === null ? 0 : error.code, out, err]),
      );
    });
  const [known, unknown] = await Promise.all([run('--version'), run('dance')]);
  expect(known).toEqual([0, `${version}\n`, '']);
  expect(unknown).toEqual([64, '', expect.stringMatching(/^Unknown command: dance/)]);
});

test.each([['2026-07-28' as const], ['2025-11-25' as const]])(
  'the official client speaks the revision %s over stdin and stdout, as an editor starts it',
  async (revision) => {
    const mode = revision === '2026-07-28' ? { pin: revision } : ('legacy' as const);
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [command, 'mcp'],
      env: environment(),
      stderr: 'pipe',
    });
    await client.connect(transport);
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('search');
    const repository = `harbour/${at.path.split('/').at(-1) ?? ''}`;
    const read = await client.callTool({ name: 'read', arguments: { repository, path: 'tide.ts' } });
    expect(JSON.stringify(read.content)).toContain('turnTheTide');
    const found = await client.callTool({
      name: 'search',
      arguments: { queries: ['turnTheTide'], project: 'harbour' },
    });
    expect(JSON.stringify(found.content)).toContain('tide.ts');
    const refused = await client.callTool({ name: 'read', arguments: { repository, path: 'tied.ts' } });
    expect(refused.isError).toBe(true);
    // The protocol alone goes to stdout: a line of anything else would have ended the session.
    await client.close();
  },
);
