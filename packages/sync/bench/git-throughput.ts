import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gitSource } from '../src/git/git-source.ts';
import { decodeTree, MODE, type ObjectId } from '../src/objects/git-object.ts';
import type { GitPath } from '../src/objects/git-path.ts';
import type { KeptTrees, WantedBlob } from '../src/ports/source.ts';
import { createRepository } from '../src/testing/index.ts';

// Lists and reads a large repository, beside Git itself and beside the floor for Node: one cat-file whose answers are
// split into objects and hashed. Each line is the best of several rounds in one run.
const { values } = parseArgs({
  options: { files: { type: 'string', default: '27000' }, rounds: { type: 'string', default: '5' } },
});
const files = Number(values.files);
const rounds = Number(values.rounds);
const call = { signal: new AbortController().signal };
const repository = await createRepository();
const changes: Record<string, string> = {};
for (let index = 0; index < files; index += 1) {
  const words = createHash('sha256').update(String(index)).digest('hex');
  changes[`packages/p${index % 40}/src/m${Math.floor(index / 40) % 60}/file-${index}.ts`] =
    `export const value${index} = '${words}';\n`.repeat(4 + (index % 60));
}
repository.commit('main', changes);
const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-throughput-'));
const source = await gitSource({
  url: repository.path,
  mirror: join(mirrors, 'm.git'),
  allowedHosts: null,
  localRoots: [dirname(repository.path)],
});
const fetchStarted = performance.now();
const answer = await source.head('main', null, call);
const fetchTook = performance.now() - fetchStarted;
if (answer.kind !== 'head') throw new Error('No head.');
const { head } = answer;
const nothing: KeptTrees = { load: () => Promise.resolve(new Map()) };

async function best(work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

let trees = new Map<ObjectId, Uint8Array>();
const gitListing = await best(() =>
  execFileSync('git', ['ls-tree', '-r', '-t', '-z', '--full-tree', head.treeOid], {
    cwd: repository.path,
    maxBuffer: 1 << 30,
  }),
);
const ourListing = await best(async () => {
  trees = new Map();
  for await (const batch of source.trees({ head, kept: nothing, base: null }, call))
    for (const tree of batch.trees) trees.set(tree.oid, tree.content);
});

const wanted: WantedBlob[] = [];
function walk(oid: ObjectId): void {
  for (const entry of decodeTree(head.format, trees.get(oid) ?? new Uint8Array())) {
    if (entry.mode === MODE.tree) walk(entry.oid);
    else wanted.push({ oid: entry.oid, path: 'x' as GitPath, size: null });
  }
}
walk(head.treeOid);

async function floor(): Promise<void> {
  const child = spawn('git', ['cat-file', '--batch', '--buffer'], {
    cwd: join(mirrors, 'm.git'),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.end(`${wanted.map(({ oid }) => oid).join('\n')}\n`);
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let end = pending.indexOf(10); end >= 0; end = pending.indexOf(10)) {
      const [oid, , size] = pending.toString('latin1', 0, end).split(' ');
      const length = Number(size);
      if (pending.length < end + length + 2) break;
      const content = pending.subarray(end + 1, end + 1 + length);
      if (createHash('sha1').update(`blob ${length}\0`).update(content).digest('hex') !== oid)
        throw new Error('Wrong hash.');
      pending = pending.subarray(end + length + 2);
    }
  }
}
const floorTook = await best(floor);
const memory: number[] = [];
let bytes = 0;
const oursTook = await best(async () => {
  bytes = 0;
  let count = 0;
  for await (const batch of source.blobs({ head, wanted, maxBytes: 64 << 20, total: files }, call)) {
    for (const blob of batch) if (blob.kind === 'content') bytes += blob.content.length;
    count += batch.length;
  }
  if (count !== files) throw new Error(`${count} contents instead of ${files}.`);
  memory.push(process.memoryUsage().rss);
});
const mb = (value: number) => (value / 2 ** 20).toFixed(0);
console.log(`| ${files} files, ${mb(bytes)} MB | ms | files a second | times the floor |
| --- | ---: | ---: | ---: |
| git ls-tree -r -t | ${gitListing.toFixed(0)} | ${((files / gitListing) * 1000).toFixed(0)} | 1 |
| listing, each tree proven | ${ourListing.toFixed(0)} | ${((files / ourListing) * 1000).toFixed(0)} | ${(ourListing / gitListing).toFixed(2)} |
| Node floor of reading | ${floorTook.toFixed(0)} | ${((files / floorTook) * 1000).toFixed(0)} | 1 |
| reading, each content proven | ${oursTook.toFixed(0)} | ${((files / oursTook) * 1000).toFixed(0)} | ${(oursTook / floorTook).toFixed(2)} |
| first fetch into the mirror | ${fetchTook.toFixed(0)} | ${((files / fetchTook) * 1000).toFixed(0)} | |

Resident memory after each round of reading, in MB: ${memory.map(mb).join(', ')}`);
await repository.remove();
await rm(mirrors, { recursive: true, force: true });
