import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareTargets, countReferences, resolveFolder } from './check-imports.ts';

// Compares the files that Ruby texts require with those on the load path of the repository's gems:
//   node packages/knowledge/bench/require-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = resolve(values.root ?? '.');
const loadPath = globSync('{lib,*/lib}', { cwd: root });
const resolved = await resolveFolder(root, '**/*.rb', 'ruby');
compareTargets(resolved.links.keys(), { found, expected }, values.show === true);
countReferences(resolved);

function found(file: string): Map<string, string | null> {
  const imports = resolved.facts.get(file)?.imports ?? [];
  return new Map(
    (resolved.links.get(file)?.imports ?? []).flatMap(({ import: index, path }) => {
      const fact = imports[index];
      if (fact?.kind !== 'REQUIRE' && fact?.kind !== 'IMPORT') return [];
      return [[`${fact.kind === 'IMPORT' ? 'require_relative' : 'require'} ${fact.specifier}`, path]];
    }),
  );
}

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
