import type { FileFacts } from '../facts/file-facts.ts';
import { factsOfText } from '../facts/facts-of-text.ts';
import type { FileLinks } from '../resolve/file-links.ts';
import { folderOf } from '../resolve/paths.ts';
import { resolveFile } from '../resolve/resolve-file.ts';
import { surfaceOf, symbolKeys } from '../resolve/surface.ts';
import { World, type NamedSymbol } from '../resolve/world.ts';

const dialects: Readonly<Record<string, string>> = {
  rb: 'ruby',
  php: 'php',
  py: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
  ts: 'typescript',
  js: 'javascript',
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
  const lines: TextLinks = { imports: [], references: [] };
  for (const { path, facts, links } of await resolvedFiles(texts)) {
    for (const { import: index, path: to, packageName } of links.imports)
      lines.imports.push(`${path}: ${facts.imports[index]?.specifier} → ${to ?? packageName}`);
    for (const { line, path: to, key, origin } of links.references)
      if (to !== path) lines.references.push(`${path}:${line} → ${to} ${key} (${origin})`);
  }
  return lines;
}

/** A file with its facts and links. */
export interface ResolvedFile {
  readonly path: string;
  readonly facts: FileFacts;
  readonly links: FileLinks;
}

/** The facts and links of those texts whose language is read. */
export async function resolvedFiles(texts: Readonly<Record<string, string>>): Promise<ResolvedFile[]> {
  const facts = new Map<string, FileFacts>();
  for (const [path, text] of Object.entries(texts)) {
    const dialect = dialectOf(path);
    const found = dialect === undefined ? null : await factsOfText({ text, dialect });
    if (found !== null) facts.set(path, found);
  }
  const world = new World();
  return [...facts].map(([path, given]) => {
    const dialect = dialectOf(path) ?? '';
    const links = settled(world, { texts, facts }, () => resolveFile({ path, dialect, facts: given }, world));
    return { path, facts: given, links };
  });
}

/** The language of a text by the ending of its name. */
export const dialectOf = (path: string): string | undefined =>
  dialects[path.slice(path.lastIndexOf('.') + 1)];

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
