import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { openFolderWorld } from './folder-world.ts';

// Compares the classes that PHP files import with where composer's PSR-4 rules find them:
//   node packages/knowledge/bench/composer-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = resolve(values.root ?? '.');
const files = globSync('**/*.php', { cwd: root, exclude: (path) => /^(?:\.git|vendor)$/.test(path) }).sort();

const started = performance.now();
const facts = new Map<string, FileFacts>();
let bytes = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  bytes += text.length;
  const found = await factsOfText({ text, dialect: 'php' });
  if (found !== null) facts.set(file, found);
}
const read = performance.now();
const links = openFolderWorld(root, facts, 'php').resolveAll((path, given, world) =>
  resolveFile({ path, dialect: 'php', facts: given }, world),
);
console.log(
  `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; facts ${(bytes / 1e3 / (read - started)).toFixed(2)} MB/s, links ${(performance.now() - read).toFixed(0)} ms`,
);

const rules = prefixes();
const counts = { right: 0, wrong: 0, missed: 0, alone: 0 };
for (const file of files) {
  const expected = expectedOf(readFileSync(join(root, file), 'utf8'));
  const found = new Map<string, string | null>();
  for (const { import: index, path } of links.get(file)?.imports ?? []) {
    const fact = facts.get(file)?.imports[index];
    if (fact?.kind === 'IMPORT') found.set(fact.specifier, path);
  }
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    const [want, own] = [expected.get(name) ?? null, found.get(name) ?? null];
    if (want === own) counts.right += want === null ? 0 : 1;
    else if (want === null) counts.alone += 1;
    else if (own === null) counts.missed += 1;
    else counts.wrong += 1;
    if (want !== own && values.show === true) console.log(`${file}: ${name} → ${own}, expected ${want}`);
  }
}
const { right, wrong, missed, alone } = counts;
console.log(
  `imports: ${right} right, ${wrong} wrong, ${missed} missed, ${alone} by us alone; precision ${(right / (right + wrong)).toFixed(3)}, recall ${(right / (right + wrong + missed)).toFixed(3)}`,
);
const origins = new Map<string, number>();
for (const { references } of links.values())
  for (const { origin } of references) origins.set(origin, (origins.get(origin) ?? 0) + 1);
console.log('references', Object.fromEntries(origins));

function prefixes(): [string, string][] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'composer.json'), 'utf8'));
  const found: [string, string][] = [];
  for (const group of JSON.stringify(manifest).matchAll(/"psr-4":(\{[^}]*\})/g))
    for (const [, prefix, folder] of (group[1] ?? '').matchAll(/"([^"]*)":\[?"([^"]*)"/g))
      found.push([(prefix ?? '').replaceAll('\\\\', '\\'), folder ?? '']);
  return found.sort(([a], [b]) => b.length - a.length);
}

/** The `use` statements of a text by plain words, and the files that the rules give for them. */
function expectedOf(text: string): Map<string, string | null> {
  const names = [...text.matchAll(/^use\s+(?!function|const)\\?([\w\\]+)(?:\s+as\s+\w+)?\s*;/gm)];
  return new Map(names.map(([, name = '']) => [name, fileOf(name)]));
}

function fileOf(name: string): string | null {
  for (const [prefix, folder] of rules) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, `${name.slice(prefix.length).split('\\').join('/')}.php`);
    if (existsSync(join(root, path))) return path;
  }
  return null;
}
