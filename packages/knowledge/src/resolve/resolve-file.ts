import type { FileFacts, ImportFact } from '../facts/file-facts.ts';
import { includeRules } from './cfamily/include-rules.ts';
import { csharpModules } from './csharp/csharp-modules.ts';
import { ecmascriptModules } from './ecmascript/ecmascript-modules.ts';
import type { FileLinks, ImportLink, ReferenceLink } from './file-links.ts';
import { goModules } from './go/go-modules.ts';
import { javaModules } from './java/java-modules.ts';
import { LinkResolver } from './link-resolver.ts';
import type { ModuleRules } from './module-rules.ts';
import { phpModules } from './php/php-modules.ts';
import { pythonModules } from './python/python-modules.ts';
import { rubyModules } from './ruby/ruby-modules.ts';
import { rustModules } from './rust/rust-modules.ts';
import { symbolKeys } from './surface.ts';
import type { World } from './world.ts';

const rules: Readonly<Record<string, ModuleRules>> = {
  typescript: ecmascriptModules,
  tsx: ecmascriptModules,
  javascript: ecmascriptModules,
  svelte: ecmascriptModules,
  python: pythonModules,
  go: goModules,
  rust: rustModules,
  java: javaModules,
  c: includeRules,
  cpp: includeRules,
  csharp: csharpModules,
  php: phpModules,
  ruby: rubyModules,
};

/** Resolves the imports and references of one file against the rest of its snapshot. */
export function resolveFile(
  file: { readonly path: string; readonly dialect: string; readonly facts: FileFacts },
  world: World,
): FileLinks {
  const { path, dialect, facts } = file;
  const modules = rules[dialect];
  if (modules === undefined) return { imports: [], references: [] };
  const keys = symbolKeys(facts.symbols);
  const resolver = new LinkResolver(world, modules, {
    path,
    symbols: facts.symbols.map((symbol, index) => ({ ...symbol, key: keys[index] ?? '' })),
    imports: facts.imports,
    exports: facts.exports,
    dialect,
    packageName: facts.packageName,
  });
  const used = modules.parts === undefined ? null : usedNames(facts);
  const imports = facts.imports.flatMap((fact, index) => {
    const { packageName, ...target } = resolver.target(index);
    // An import between two modules of one file is no link to another file.
    if (target.path === null || target.path === path) {
      // A package may import its own modules: `from . import part`.
      const own = target.path === null ? [] : submodules({ world, modules, path, fact });
      return own.length === 0
        ? [{ import: index, path: null, packageName }]
        : own.map((each): ImportLink => ({ import: index, path: each, packageName }));
    }
    const paths =
      used === null
        ? [target.path, ...submodules({ world, modules, path: target.path, fact })]
        : resolver.filesBehind(index, used(index));
    return paths.map((each): ImportLink => ({ import: index, path: each, packageName }));
  });
  const references: ReferenceLink[] = [];
  for (const { binding, kind, line, inside } of facts.references) {
    const found = resolver.resolve(binding);
    if (found === null) continue;
    references.push({ line, kind, ...found, inside: inside === null ? null : (keys[inside] ?? null) });
  }
  return { imports, references };
}

interface Importing {
  readonly world: World;
  readonly modules: ModuleRules;
  readonly path: string;
  readonly fact: ImportFact;
}

/** The modules of a package that an import names beside the package itself. */
function submodules({ world, modules, path, fact }: Importing): string[] {
  const { submodule } = modules;
  if (submodule === undefined) return [];
  const exported = new Set(world.surface(path)?.exports.map(({ name }) => name));
  return fact.names.flatMap(({ name }) => (exported.has(name) ? [] : (submodule(world, path, name) ?? [])));
}

/**
 * The names that a file uses of each import, where an import leads to a package of several files: it is linked to those
 * that define them. A wildcard may stand behind any name without a definition.
 */
function usedNames(facts: FileFacts): (index: number) => Iterable<string> {
  const ofImport = new Map<number, Set<string>>();
  const unbound = new Set<string>();
  for (const { binding } of facts.references) {
    if (binding.to === 'NAME' && !binding.member) unbound.add(binding.name);
    const [name] = binding.to === 'IMPORT' ? binding.path : [];
    if (binding.to !== 'IMPORT' || name === undefined) continue;
    ofImport.set(binding.import, (ofImport.get(binding.import) ?? new Set()).add(name));
  }
  return (index) => (facts.imports[index]?.isWildcard === true ? unbound : (ofImport.get(index) ?? []));
}
