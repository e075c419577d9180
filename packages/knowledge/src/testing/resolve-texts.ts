import type { FileFacts } from '../facts/file-facts.ts';
import { factsOfText } from '../facts/facts-of-text.ts';
import { folderOf } from '../resolve/paths.ts';
import { resolveFile } from '../resolve/resolve-file.ts';
import { surfaceOf, symbolKeys } from '../resolve/surface.ts';
import { World, type NamedSymbol } from '../resolve/world.ts';

const dialects: Readonly<Record<string, string>> = {
  py: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
  ts: 'typescript',
};

/** The links of a few files, as short lines. */
export interface TextLinks {
  /** `from: specifier → to` */
  readonly imports: string[];
  /** `from:line → to key (origin)` */
  readonly references: string[];
}

/** Resolves texts against each other, as if they were all files of one snapshot. */
export async function resolveTexts(texts: Readonly<Record<string, string>>): Promise<TextLinks> {
  const facts = new Map<string, FileFacts>();
  for (const [path, text] of Object.entries(texts)) {
    const dialect = dialects[path.slice(path.lastIndexOf('.') + 1)];
    const found = dialect === undefined ? null : await factsOfText({ text, dialect });
    if (found !== null) facts.set(path, found);
  }
  const world = new World();
  const links: TextLinks = { imports: [], references: [] };
  for (const [path, given] of facts) {
    const dialect = dialects[path.slice(path.lastIndexOf('.') + 1)] ?? '';
    const found = settled(world, { texts, facts }, () => resolveFile({ path, dialect, facts: given }, world));
    for (const { import: index, path: to, packageName } of found.imports)
      links.imports.push(`${path}: ${given.imports[index]?.specifier} → ${to ?? packageName}`);
    for (const { line, path: to, key, origin } of found.references)
      if (to !== path) links.references.push(`${path}:${line} → ${to} ${key} (${origin})`);
  }
  return links;
}

interface Snapshot {
  readonly texts: Readonly<Record<string, string>>;
  readonly facts: ReadonlyMap<string, FileFacts>;
}

/** Asks until every answer is loaded. */
function settled<T>(world: World, { texts, facts }: Snapshot, resolve: () => T): T {
  for (let round = 0; round < 50; round += 1) {
    const done = world.attempt(resolve);
    if (done !== null) return done.result;
    const wanted = world.takeWanted();
    const each = <V>(keys: ReadonlySet<string>, answer: (key: string) => V) =>
      new Map([...keys].map((key) => [key, answer(key)]));
    world.load({
      paths: each(wanted.paths, (path) => Object.hasOwn(texts, path)),
      folders: each(wanted.folders, (folder) =>
        Object.keys(texts)
          .filter((path) => folderOf(path) === folder)
          .map((path) => path.slice(path.lastIndexOf('/') + 1)),
      ),
      surfaces: each(wanted.surfaces, (path) => {
        const found = facts.get(path);
        return found === undefined ? null : surfaceOf(found, '');
      }),
      configs: each(wanted.configs, (path) => (Object.hasOwn(texts, path) ? (texts[path] ?? null) : null)),
      packages: each(wanted.packages, (key) =>
        [...facts].filter(([, { packageName }]) => packageName === key).map(([path]) => path),
      ),
      names: each(wanted.names, (name) => symbolsNamed(facts, name)),
    });
  }
  throw new Error('The resolution never has enough.');
}

function symbolsNamed(facts: ReadonlyMap<string, FileFacts>, name: string): NamedSymbol[] {
  return [...facts].flatMap(([path, { symbols }]) => {
    const keys = symbolKeys(symbols);
    return symbols.flatMap((symbol, index) =>
      symbol.name === name && symbol.isExported ? [{ path, key: keys[index] ?? '', kind: symbol.kind }] : [],
    );
  });
}
