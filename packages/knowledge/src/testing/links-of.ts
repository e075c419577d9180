import { factsOfText } from '../facts/facts-of-text.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { FileLinks } from '../resolve/file-links.ts';
import { resolveFile } from '../resolve/resolve-file.ts';
import { surfaceOf, symbolKeys } from '../resolve/surface.ts';
import { World, type NamedSymbol } from '../resolve/world.ts';

type Files = Readonly<Record<string, string>>;

/** The links of one file of a small snapshot that is given as texts by their paths; other files are manifests. */
export async function linksOf(files: Files, dialect: string, path: string): Promise<FileLinks> {
  const facts = new Map<string, FileFacts>();
  for (const [each, text] of Object.entries(files)) {
    const found = /\.(?:json|toml)$/.test(each) ? null : await factsOfText({ text, dialect });
    if (found !== null) facts.set(each, found);
  }
  const world = new World();
  const given = facts.get(path);
  if (given === undefined) throw new RangeError(`No facts of ${path}.`);
  for (let round = 0; round < 40; round += 1) {
    const done = world.attempt(() => resolveFile({ path, dialect, facts: given }, world));
    if (done !== null) return done.result;
    answer(world, { files, facts, dialect });
  }
  throw new Error('Resolution asks without end.');
}

interface Snapshot {
  readonly files: Files;
  readonly facts: ReadonlyMap<string, FileFacts>;
  readonly dialect: string;
}

function answer(world: World, { files, facts, dialect }: Snapshot): void {
  const wanted = world.takeWanted();
  const of = <V>(keys: ReadonlySet<string>, value: (key: string) => V) =>
    new Map([...keys].map((key) => [key, value(key)]));
  world.load({
    paths: of(wanted.paths, (key) => Object.hasOwn(files, key)),
    folders: of(wanted.folders, (folder) =>
      Object.keys(files).flatMap((key) =>
        key.startsWith(`${folder}/`) ? [key.slice(folder.length + 1).split('/')[0] ?? ''] : [],
      ),
    ),
    surfaces: of(wanted.surfaces, (key) => {
      const found = facts.get(key);
      return found === undefined ? null : surfaceOf(found, dialect);
    }),
    configs: of(wanted.configs, (key) => (Object.hasOwn(files, key) ? (files[key] ?? null) : null)),
    packages: of(wanted.packages, (key) =>
      [...facts].filter(([, { packageName }]) => packageName === key).map(([each]) => each),
    ),
    names: of(wanted.names, (name) => named(facts, name)),
  });
}

function named(facts: ReadonlyMap<string, FileFacts>, name: string): NamedSymbol[] {
  return [...facts].flatMap(([path, { symbols }]) => {
    const keys = symbolKeys(symbols);
    return symbols.flatMap((symbol, index) =>
      symbol.isExported && symbol.name === name ? [{ path, key: keys[index] ?? '', kind: symbol.kind }] : [],
    );
  });
}
