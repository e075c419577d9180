import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { openTokenCounter, TOKENIZER } from '@project-sync/knowledge';
import { checkout } from '../src/configuration.ts';
import { openProduct } from './open-product.ts';

// Counts what a session of an agent about a repository costs it: the list of tools, and an answer of each.
// `node apps/api/bench/mcp-tokens.ts [--repository <folder>]`, by default this checkout at its last commit.
const at = process.argv.indexOf('--repository');
const source = at < 0 ? checkout : (process.argv[at + 1] ?? checkout);
const folder = await mkdtemp(join(tmpdir(), 'project-sync-tokens-'));
const path = join(folder, 'repository');
const git = (...args: string[]) => execFileSync('git', args, { stdio: 'ignore' });
git('clone', '--depth', '1', `file://${source}`, path);
git('-C', path, 'checkout', '-B', 'main');
const product = await openProduct(4797, null);
const client = new Client(
  { name: 'bench', version: '1' },
  { versionNegotiation: { mode: { pin: '2026-07-28' } } },
);
try {
  const sync = await product.start(path);
  for (let status = ''; status !== 'COMPLETED'; status = (await product.state(sync)).status) {
    if (status === 'FAILED') throw new Error('The sync failed.');
    await delay(500);
  }
  const headers = { authorization: `Bearer ${product.key}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${product.address}/mcp`), { requestInit: { headers } }),
  );
  const count = await openTokenCounter();
  const { tools } = await client.listTools();
  console.log(`tokens by ${TOKENIZER}\nthe list of ${tools.length} tools: ${count(JSON.stringify(tools))}`);
  const repository = 'large/repository';
  const calls: readonly (readonly [string, Record<string, unknown>])[] = [
    ['status', {}],
    ['search', { queries: ['retry with backoff', 'failed delivery is sent again'], project: 'large' }],
    ['search', { queries: ['retry with backoff'], project: 'large', limit: 50 }],
    ['context', { repository, task: 'add a retry to the importer of contents' }],
    ['read', { repository, path: 'README.md' }],
    ['read', { repository, path: 'apps/api/schema.graphql' }],
    ['read', { repository, path: 'README.md', start_line: 1, end_line: 20 }],
    ['tree', { repository }],
    ['tree', { repository, path: 'apps/api/src', depth: 3 }],
    ['symbols', { repository, name: 'openDatabase', references: true }],
    ['history', { repository }],
    ['knowledge', { repository }],
    ['sync', { repository }],
    ['note', { project: 'large', title: 'Seen', content: 'A note.' }],
  ];
  for (const [name, given] of calls) {
    const { content, isError } = await client.callTool({ name, arguments: given });
    const text = Array.isArray(content)
      ? content.map((part) => ('text' in part ? String(part.text) : '')).join('')
      : '';
    console.log(`${name} ${JSON.stringify(given)}: ${count(text)}${isError === true ? ' (refused)' : ''}`);
  }
} finally {
  await client.close();
  await product.stop();
  await rm(folder, { recursive: true, force: true });
}
