import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { openFolderWorld } from './folder-world.ts';

// Compares the files that Ruby texts require with those on the load path of the repository's gems:
//   node packages/knowledge/bench/require-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = resolve(values.root ?? '.');
const files = globSync('**/*.rb', { cwd: root, exclude: (path) => path === '.git' }).sort();
const loadPath = globSync('{lib,*/lib}', { cwd: root });

const started = performance.now();
const facts = new Map<string, FileFacts>();
let bytes = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  bytes += text.length;
  const found = await factsOfText({ text, dialect: 'ruby' });
  if (found !== null) facts.set(file, found);
}
const read = performance.now();
const links = openFolderWorld(root, facts, 'ruby').resolveAll((path, given, world) =>
  resolveFile({ path, dialect: 'ruby', facts: given }, world),
);
console.log(
  `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; facts ${(bytes / 1e3 / (read - started)).toFixed(2)} MB/s, links ${(performance.now() - read).toFixed(0)} ms`,
);

const counts = { right: 0, wrong: 0, missed: 0, alone: 0 };
for (const file of files) {
  const found = new Map<string, string | null>();
  for (const { import: index, path } of links.get(file)?.imports ?? []) {
    const fact = facts.get(file)?.imports[index];
    if (fact?.kind === 'REQUIRE' || fact?.kind === 'IMPORT')
      found.set(`${fact.kind === 'IMPORT' ? 'require_relative' : 'require'} ${fact.specifier}`, path);
  }
  const expected = expectedOf(file);
  for (const name of new Set([...found.keys(), ...expected.keys()])) {
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
  `requires: ${right} right, ${wrong} wrong, ${missed} missed, ${alone} by us alone; precision ${(right / (right + wrong)).toFixed(3)}, recall ${(right / (right + wrong + missed)).toFixed(3)}`,
);
const origins = new Map<string, number>();
for (const { references } of links.values())
  for (const { origin } of references) origins.set(origin, (origins.get(origin) ?? 0) + 1);
console.log('references', Object.fromEntries(origins));

/** The requires of a text by plain words, and the files that the load path gives for them. */
function expectedOf(file: string): Map<string, string | null> {
  const text = readFileSync(join(root, file), 'utf8');
  const found = new Map<string, string | null>();
  for (const [, kind = '', name = ''] of text.matchAll(
    /^\s*(require|require_relative)\s*\(?\s*['"]([^'"#]+)['"]/gm,
  )) {
    const folders = kind === 'require' ? loadPath : [dirname(file)];
    const path = folders
      .map((folder) => relative(root, resolve(root, folder, name.endsWith('.rb') ? name : `${name}.rb`)))
      .find((each) => existsSync(join(root, each)));
    found.set(`${kind} ${name}`, path ?? null);
  }
  return found;
}
