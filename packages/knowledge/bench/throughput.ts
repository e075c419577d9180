import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { hasFacts } from '../src/facts/read-facts.ts';
import { classifyPath } from '../src/files/classify-path.ts';
import { parseIgnoreRules } from '../src/files/ignore-rules.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { openFolderWorld } from './folder-world.ts';

// Megabytes a second of facts, and of facts with links, and the most memory of the process: without a database, in one thread, so
// that it can stand beside `/usr/bin/time -v tsc --noEmit` and `/usr/bin/time -v depcruise` on the same folder.
// `node packages/knowledge/bench/throughput.ts --root <folder> [--only '\.[cm]?[jt]sx?$']`
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const root = option('root') ?? '.';
const only = new RegExp(option('only') ?? '\\.[cm]?[jt]sx?$');
const rules = parseIgnoreRules({ gitattributes: null, projectsyncignore: null });
const dialectOf = (path: string) => classifyPath(path, rules).dialect;
const paths = globSync('**/*', { cwd: root, exclude: (path) => /(^|\/)(node_modules|\.git)$/.test(path) })
  .filter((path) => only.test(path) && hasFacts(dialectOf(path)) && statSync(join(root, path)).isFile())
  .sort();
const texts = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const megabytes = [...texts.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;

const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const begun = processor();
const facts = new Map<string, FileFacts>();
for (const [path, text] of texts) {
  const found = await factsOfText({ text, dialect: dialectOf(path) });
  if (found !== null) facts.set(path, found);
}
const read = processor();
openFolderWorld(root, facts, dialectOf).resolveAll((path, given, world) =>
  resolveFile({ path, dialect: dialectOf(path), facts: given }, world),
);
const linked = processor();
const rate = (seconds: number) => `${(megabytes / seconds).toFixed(2)} MB/s`;
console.log(
  `${paths.length} files, ${megabytes.toFixed(2)} MB; facts ${(read - begun).toFixed(1)} s of processor time, ${rate(read - begun)}; with links ${(linked - begun).toFixed(1)} s, ${rate(linked - begun)}; ${Math.round(process.resourceUsage().maxRSS / 1024)} MB of memory at most`,
);
