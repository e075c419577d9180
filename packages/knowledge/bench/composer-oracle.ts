import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareTargets, countReferences, resolveFolder, targetsIn } from './check-imports.ts';

// Compares the classes that PHP files import with where composer's PSR-4 rules find them:
//   node packages/knowledge/bench/composer-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = resolve(values.root ?? '.');
const resolved = await resolveFolder(root, '**/*.php', 'php');
const rules = prefixes();
const found = targetsIn(resolved, ({ kind, specifier }) => (kind === 'IMPORT' ? specifier : null));
compareTargets(resolved.links.keys(), { found, expected }, values.show === true);
countReferences(resolved);

function prefixes(): [string, string][] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'composer.json'), 'utf8'));
  const found: [string, string][] = [];
  for (const group of JSON.stringify(manifest).matchAll(/"psr-4":(\{[^}]*\})/g))
    for (const [, prefix, folder] of (group[1] ?? '').matchAll(/"([^"]*)":\[?"([^"]*)"/g))
      found.push([(prefix ?? '').replaceAll('\\\\', '\\'), folder ?? '']);
  return found.sort(([a], [b]) => b.length - a.length);
}

/** The `use` statements of a text by plain words, and the files that the rules give for them. */
function expected(file: string): Map<string, string | null> {
  const text = readFileSync(join(root, file), 'utf8');
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
