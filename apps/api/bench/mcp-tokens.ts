import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { openTokenCounter, TOKENIZER } from '@project-sync/knowledge';
import { checkout } from '../src/configuration.ts';
import { openProduct, type Product } from './open-product.ts';

// Counts what a session of an agent about a repository costs it: the list of tools, and answers of each, by default, with
// the largest page, and at the cursor of the page before. It fails where an answer has more than 8,000 tokens.
// `node apps/api/bench/mcp-tokens.ts [--repository <folder>=<a symbol of it>]…`, by default this checkout.
const given = process.argv.flatMap((word, at) => (process.argv[at - 1] === '--repository' ? [word] : []));
const sources = given.length > 0 ? given : [`${checkout}=openDatabase`];
const MOST = 8000;
/** More syncs than a page of the history has. */
const SYNCS = 55;

const folder = await mkdtemp(join(tmpdir(), 'project-sync-tokens-'));
const product = await openProduct(4797, null);
const client = new Client(
  { name: 'bench', version: '1' },
  { versionNegotiation: { mode: { pin: '2026-07-28' } } },
);
const count = await openTokenCounter();
let largest = 0;

/** Calls a tool, prints what its answer costs, and returns its data. */
async function call(name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: input });
  const text = Array.isArray(content)
    ? content.map((part) => ('text' in part ? String(part.text) : '')).join('')
    : '';
  // A client hands on either the text or the data.
  const [ofText, ofData] = [count(text), count(JSON.stringify(structuredContent ?? {}))];
  largest = Math.max(largest, ofText, ofData);
  const shown = Object.fromEntries(Object.entries(input).filter(([key]) => key !== 'repository'));
  const refused = isError === true ? ` refused: ${text.slice(0, 100)}` : '';
  console.log(`| ${name} | ${JSON.stringify(shown).slice(0, 90)} | ${ofText} | ${ofData} |${refused}`);
  return structuredContent instanceof Object ? Object.fromEntries(Object.entries(structuredContent)) : {};
}

/** Calls a tool, and again at the cursor that it gave. */
async function callTwice(name: string, input: Record<string, unknown>): Promise<void> {
  const { next_cursor: cursor } = await call(name, input);
  if (typeof cursor === 'string') await call(name, { ...input, cursor });
}

async function sync(repositoryPath: string, running: Product): Promise<void> {
  const id = await running.start(repositoryPath);
  for (let status = ''; status !== 'COMPLETED'; status = (await running.state(id)).status) {
    if (status === 'FAILED') throw new Error('The sync failed.');
    await delay(20);
  }
}

/** The paths of a repository's longest texts, the longest first. */
function longestTexts(git: (...args: string[]) => string): string[] {
  const texts = new Set(
    git('grep', '-Il', '', 'HEAD')
      .split('\n')
      .map((line) => line.slice('HEAD:'.length)),
  );
  return git('ls-tree', '-r', '-l', 'HEAD')
    .split('\n')
    .map((line) => ({ size: Number(line.split(/\s+/)[3]), path: line.split('\t')[1] ?? '' }))
    .filter(({ path }) => texts.has(path))
    .toSorted((a, b) => b.size - a.size)
    .map(({ path }) => path);
}

async function measure(source: string, symbol: string): Promise<void> {
  const name = basename(source, '.git');
  const path = join(folder, name);
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${source}`, path]);
  const git = (...args: string[]) => execFileSync('git', ['-C', path, ...args], { encoding: 'utf8' }).trim();
  git('checkout', '--quiet', '-B', 'main');
  git('config', 'user.email', 'bench@example.org');
  git('config', 'user.name', 'Bench');
  const [longest = '', second = ''] = longestTexts(git);
  await sync(path, product);
  for (let number = 0; number < SYNCS; number += 1) {
    await appendFile(join(path, second), `\n`);
    git(
      'commit',
      '--quiet',
      '-am',
      `Change number ${number} of the longest files, so that the history has a page`,
    );
    await sync(path, product);
  }
  const repository = `large/${name}`;
  console.log(`\n${name}: ${git('ls-files').split('\n').length} files\n\n| tool | asked | text | data |`);
  await call('status', {});
  await callTwice('search', { repository, queries: ['parse options', 'read the arguments'] });
  await callTwice('search', { repository, queries: ['error'], limit: 50 });
  await call('context', { repository, task: 'report a clear error where an option is given twice' });
  const { next_line: line } = await call('read', { repository, path: longest });
  if (typeof line === 'number') await call('read', { repository, path: longest, start_line: line });
  await call('tree', { repository });
  await callTwice('tree', { repository, depth: 10 });
  await callTwice('symbols', { repository, name: symbol });
  await callTwice('symbols', { repository, name: 'e', limit: 100 });
  await callTwice('symbols', { repository, name: symbol, references: true, limit: 100 });
  await callTwice('history', { repository });
  await callTwice('history', { repository, limit: 50 });
  await callTwice('history', { repository, path: second, limit: 50 });
  await callTwice('knowledge', { repository });
  await callTwice('knowledge', { repository, limit: 20 });
  await call('sync', { repository });
  await call('note', { project: 'large', title: 'Seen', content: 'A note.' });
}

try {
  const headers = { authorization: `Bearer ${product.key}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${product.address}/mcp`), { requestInit: { headers } }),
  );
  const { tools } = await client.listTools();
  console.log(`tokens by ${TOKENIZER}\nthe list of ${tools.length} tools: ${count(JSON.stringify(tools))}`);
  for (const source of sources) {
    const [place = '', symbol = ''] = source.split('=');
    await measure(place, symbol);
  }
  console.log(`\nthe largest answer: ${largest}`);
  if (largest > MOST) process.exitCode = 1;
} finally {
  await client.close();
  await product.stop();
  await rm(folder, { recursive: true, force: true });
}
