import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { manifestFacts } from '../src/facts/manifest-facts.ts';
import type { FileLinks } from '../src/resolve/file-links.ts';
import { surfaceOf, symbolKeys } from '../src/resolve/surface.ts';
import { World, type Loaded, type NamedSymbol, type Wanted } from '../src/resolve/world.ts';

type ResolveOne = (path: string, facts: FileFacts, world: World) => FileLinks;

/** A snapshot in a folder, which answers from files instead of the database. */
export function openFolderWorld(
  root: string,
  facts: ReadonlyMap<string, FileFacts>,
  dialect: string | ((path: string) => string) = 'typescript',
) {
  const dialectOf = typeof dialect === 'string' ? () => dialect : dialect;
  const world = new World();
  const names = namesOf(facts);
  const manifests = globSync('**/package.json', {
    cwd: root,
    exclude: (path) => /node_modules|\.git$/.test(path),
  });
  const packages = new Map<string, string[]>();
  for (const path of manifests) {
    const name = manifestFacts(readFileSync(join(root, path), 'utf8'))?.packageName;
    if (name != null) packages.set(name, [...(packages.get(name) ?? []), path]);
  }
  for (const [path, { packageName }] of facts)
    if (packageName !== null) packages.set(packageName, [...(packages.get(packageName) ?? []), path]);
  const isFile = (path: string): boolean =>
    existsSync(join(root, path)) && statSync(join(root, path)).isFile();

  function answer({ paths, folders, surfaces, configs, packages: asked, names: wanted }: Wanted): Loaded {
    return {
      paths: new Map([...paths].map((path) => [path, isFile(path)])),
      folders: new Map(
        [...folders].map((path) => [path, existsSync(join(root, path)) ? readdirSync(join(root, path)) : []]),
      ),
      surfaces: new Map(
        [...surfaces].map((path) => {
          const found = facts.get(path);
          return [path, found === undefined ? null : surfaceOf(found, dialectOf(path))];
        }),
      ),
      configs: new Map(
        [...configs].map((path) => [path, isFile(path) ? readFileSync(join(root, path), 'utf8') : null]),
      ),
      packages: new Map([...asked].map((key) => [key, packages.get(key) ?? []])),
      names: new Map([...wanted].map((name) => [name, names.get(name) ?? []])),
    };
  }

  return {
    root: dirname(root),
    /** Resolves every file, in rounds. */
    resolveAll(resolve: ResolveOne): Map<string, FileLinks> {
      const links = new Map<string, FileLinks>();
      let open = [...facts];
      for (let round = 0; open.length > 0 && round < 60; round += 1) {
        const next: typeof open = [];
        for (const [path, given] of open) {
          const done = world.attempt(() => resolve(path, given, world));
          if (done === null) next.push([path, given]);
          else links.set(path, done.result);
        }
        world.load(answer(world.takeWanted()));
        open = next;
      }
      return links;
    },
  };
}

function namesOf(facts: ReadonlyMap<string, FileFacts>): Map<string, NamedSymbol[]> {
  const names = new Map<string, NamedSymbol[]>();
  for (const [path, { symbols }] of facts) {
    const keys = symbolKeys(symbols);
    for (const [index, { name, kind, isExported }] of symbols.entries())
      if (isExported) names.set(name, [...(names.get(name) ?? []), { path, key: keys[index] ?? '', kind }]);
  }
  return names;
}
