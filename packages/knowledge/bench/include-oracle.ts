import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { openFolderWorld } from './folder-world.ts';

// Compares the includes of a C or C++ repository with those that gcc follows:
//   node packages/knowledge/bench/include-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = resolve(values.root ?? '.');
const files = globSync('**/*.{c,h,cc,cpp,cxx,hpp,hh}', {
  cwd: root,
  exclude: (path) => path === '.git',
}).sort();
const dialectOf = (path: string): string => (/\.[ch]$/.test(path) ? 'c' : 'cpp');

const started = performance.now();
const facts = new Map<string, FileFacts>();
let bytes = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'latin1');
  bytes += text.length;
  const found = await factsOfText({ text, dialect: dialectOf(file) });
  if (found !== null) facts.set(file, found);
}
const read = performance.now();
const links = openFolderWorld(root, facts, 'c').resolveAll((path, given, world) =>
  resolveFile({ path, dialect: dialectOf(path), facts: given }, world),
);
const seconds = (read - started) / 1000;
console.log(
  `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; facts ${(bytes / 1e6 / seconds).toFixed(2)} MB/s, links ${(performance.now() - read).toFixed(0)} ms`,
);

const counts = { right: 0, wrong: 0, missed: 0, unseen: 0 };
for (const file of files.filter((each) => /\.(c|cc|cpp|cxx)$/.test(each))) {
  const expected = expectedOf(file);
  if (expected === null) continue;
  const own = closureOf(file);
  const names = new Set([...expected].map(nameOf));
  for (const path of own) {
    if (expected.has(path)) counts.right += 1;
    else if (!names.has(nameOf(path))) counts.unseen += 1;
    else {
      counts.wrong += 1;
      if (values.show === true) console.log(`${file}: ${path} is not what gcc includes`);
    }
  }
  for (const path of expected) {
    if (own.has(path)) continue;
    counts.missed += 1;
    if (values.show === true) console.log(`${file}: ${path} is missed`);
  }
}
const { right, wrong, missed, unseen } = counts;
console.log(
  `headers: ${right} right, ${wrong} wrong, ${missed} missed, ${unseen} behind conditions that gcc does not meet; precision ${(right / (right + wrong)).toFixed(3)}, recall ${(right / (right + missed)).toFixed(3)}`,
);
const origins = new Map<string, number>();
for (const { references } of links.values())
  for (const { origin } of references) origins.set(origin, (origins.get(origin) ?? 0) + 1);
console.log('references', Object.fromEntries(origins));

/** The headers of the repository that gcc includes for a file; null where it fails. */
function expectedOf(file: string): Set<string> | null {
  const folders = ['.', 'include', 'inc', 'src', 'lib'].map((each) => `-I${join(root, each)}`);
  const run = spawnSync('gcc', ['-M', ...folders, join(root, file)], { encoding: 'utf8' });
  if (run.status !== 0) return null;
  const paths = run.stdout.replace(/\\\n/g, ' ').split(/\s+/).slice(1).filter(Boolean);
  const own = paths.map((path) => relative(root, resolve(path))).filter((path) => !path.startsWith('..'));
  return new Set(own.filter((path) => path !== file));
}

/** Everything a file includes by our links, however far. */
function closureOf(file: string): Set<string> {
  const found = new Set<string>();
  const waiting = [file];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { path } of links.get(at)?.imports ?? [])
      if (path !== null && path !== file && !found.has(path)) {
        found.add(path);
        waiting.push(path);
      }
  return found;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
