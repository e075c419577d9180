import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareTargets, countReferences, resolveFolder, targetsIn } from './check-imports.ts';

// Compares the files that Ruby texts require with those on the load path of the repository's gems:
//   node packages/knowledge/bench/require-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = resolve(values.root ?? '.');
const loadPath = globSync('{lib,*/lib}', { cwd: root });
const resolved = await resolveFolder(root, '**/*.rb', 'ruby');
const found = targetsIn(resolved, ({ kind, specifier }) => {
  if (kind === 'IMPORT') return `require_relative ${specifier}`;
  return kind === 'REQUIRE' ? `require ${specifier}` : null;
});
compareTargets(resolved.links.keys(), { found, expected }, values.show === true);
countReferences(resolved);

/** The requires of a text by plain words, and the files that the load path gives for them. */
function expected(file: string): Map<string, string | null> {
  const text = readFileSync(join(root, file), 'utf8');
  const requires = new Map<string, string | null>();
  for (const [, kind = '', name = ''] of text.matchAll(
    /^\s*(require|require_relative)\s*\(?\s*['"]([^'"#]+)['"]/gm,
  )) {
    const folders = kind === 'require' ? loadPath : [dirname(file)];
    const path = folders
      .map((folder) => relative(root, resolve(root, folder, name.endsWith('.rb') ? name : `${name}.rb`)))
      .find((each) => existsSync(join(root, each)));
    requires.set(`${kind} ${name}`, path ?? null);
  }
  return requires;
}
