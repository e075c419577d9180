import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { redact } from '@project-sync/knowledge';
import { openProduct, type Product } from './open-product.ts';

// What the product says of real repositories, for a person to judge: the first patterns of each with their quotes, which must
// be the text of their lines, and all generated pages.
// `node apps/api/bench/read-through.ts <Git folder>… [--first 20] [--quotes 3] [--port 4793] [--show <folder for the pages>]`
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    first: { type: 'string', default: '20' },
    quotes: { type: 'string', default: '3' },
    port: { type: 'string', default: '4793' },
    show: { type: 'string' },
  },
});

interface Occurrence {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly quote: string;
}

interface FoundPattern {
  readonly detector: string;
  readonly severity: string;
  readonly certainty: string;
  readonly title: string;
  readonly description: string;
  readonly suggestion: string | null;
  readonly occurrences: { readonly totalCount: number; readonly nodes: readonly Occurrence[] };
}

interface PageList {
  readonly nodes: readonly { readonly path: string; readonly content: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const ofSnapshot = (selection: string): string =>
  `query ($id: ID!, $first: Int, $quotes: Int, $after: String) { node(id: $id) { ... on ProjectSync { snapshot { ${selection} } } } }`;
const patternsQuery = ofSnapshot(
  'patterns(first: $first) { totalCount nodes { detector severity certainty title description suggestion occurrences(first: $quotes) { totalCount nodes { path startLine endLine quote } } } }',
).replace(', $after: String', '');
const pagesQuery = ofSnapshot(
  'documents(kinds: [GENERATED], first: 50, after: $after) { nodes { path content } pageInfo { hasNextPage endCursor } }',
).replace(', $first: Int, $quotes: Int', '');

const folder = await mkdtemp(join(tmpdir(), 'project-sync-read-'));
const product = await openProduct(Number(values.port), null);
let untrue = 0;
try {
  for (const from of positionals) await readThrough(product, from);
} finally {
  await product.stop();
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${untrue} quotes are not the text of their lines`);
process.exitCode = untrue === 0 ? 0 : 1;

async function readThrough(opened: Product, from: string): Promise<void> {
  const name = nameOf(from);
  const path = join(folder, name);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', path, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${from}`, path], { stdio: 'inherit' });
  git('checkout', '--quiet', '-B', 'main');
  const started = performance.now();
  const sync = await opened.start(path);
  for (let status = ''; status !== 'COMPLETED'; status = (await opened.state(sync)).status) {
    if (status === 'FAILED') throw new Error(`The sync of ${name} failed.`);
    await delay(500);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { patterns } = await snapshotOf<{ patterns: { totalCount: number; nodes: FoundPattern[] } }>(
    opened,
    patternsQuery,
    { id: sync, first: Number(values.first), quotes: Number(values.quotes) },
  );
  console.log(
    `\n# ${name} at ${git('rev-parse', '--short', 'HEAD').trim()}: ${patterns.totalCount} patterns, synced in ${seconds} s`,
  );
  for (const [index, pattern] of patterns.nodes.entries()) printPattern(index + 1, pattern, git);
  if (values.show !== undefined) await writePages(opened, sync, join(values.show, name));
}

/** A copy that is kept as a bare folder has its name above it. */
function nameOf(from: string): string {
  const name = basename(from);
  return /^(?:repo|\.git)$/.test(name) ? basename(dirname(from)).replace(/^.*\+/, '') : name;
}

async function snapshotOf<T>(opened: Product, query: string, variables: object): Promise<T> {
  const { node } = await opened.ask<{ node: { snapshot: T } }>(query, variables);
  return node.snapshot;
}

function printPattern(
  number: number,
  { detector, severity, certainty, title, description, suggestion, occurrences }: FoundPattern,
  git: (...args: string[]) => string,
): void {
  console.log(`\n${number}. [${detector} ${severity} ${certainty}] ${title}`);
  console.log(`   ${description}${suggestion === null ? '' : ` → ${suggestion}`}`);
  for (const { path, startLine, endLine, quote } of occurrences.nodes) {
    // Secrets are masked in a quote, as they are wherever a text is shown.
    const lines = redact(git('show', `HEAD:${path}`))
      .text.split('\n')
      .slice(startLine - 1, endLine)
      .map((line) => line.replace(/\r$/, ''));
    const isTrue = lines.join('\n') === quote && lines.length === endLine - startLine + 1;
    if (!isTrue) untrue += 1;
    const mark = isTrue ? '' : 'NOT ITS LINES ';
    console.log(
      `   ${mark}${path}:${startLine}-${endLine}  ${quote.split('\n').slice(0, 4).join(' ⏎ ').slice(0, 220)}`,
    );
  }
  if (occurrences.totalCount > occurrences.nodes.length)
    console.log(`   and ${occurrences.totalCount - occurrences.nodes.length} more places`);
}

async function writePages(opened: Product, sync: string, at: string): Promise<void> {
  for (let after: string | null = null, more = true; more;) {
    const { documents }: { documents: PageList } = await snapshotOf(opened, pagesQuery, { id: sync, after });
    for (const { path, content } of documents.nodes) {
      const file = join(at, `${path}.page.md`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    after = documents.pageInfo.endCursor;
    more = documents.pageInfo.hasNextPage;
  }
}
