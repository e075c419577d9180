import type { FileFacts, ImportFact } from '../facts/file-facts.ts';
import { ecmascriptModules } from './ecmascript/ecmascript-modules.ts';
import type { FileLinks, ImportLink, ReferenceLink } from './file-links.ts';
import { LinkResolver, type ModuleRules } from './link-resolver.ts';
import { pythonModules } from './python/python-modules.ts';
import { symbolKeys } from './surface.ts';
import type { World } from './world.ts';

const rules: Readonly<Record<string, ModuleRules>> = {
  typescript: ecmascriptModules,
  tsx: ecmascriptModules,
  javascript: ecmascriptModules,
  svelte: ecmascriptModules,
  python: pythonModules,
};

/** Whether imports and references of a dialect are resolved. */
export const isResolved = (dialect: string): boolean => rules[dialect] !== undefined;

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
  const imports = facts.imports.flatMap((fact, index) => importLinks(world, modules, path, { fact, index }));
  const references: ReferenceLink[] = [];
  for (const { binding, kind, line, inside } of facts.references) {
    const found = resolver.resolve(binding);
    if (found === null) continue;
    references.push({ line, kind, ...found, inside: inside === null ? null : (keys[inside] ?? null) });
  }
  return { imports, references };
}

/** An import leads to one file, and to the modules of a package that it names. */
function importLinks(
  world: World,
  modules: ModuleRules,
  from: string,
  { fact, index }: { fact: ImportFact; index: number },
): ImportLink[] {
  const { path, packageName } = modules.target(world, from, fact);
  const links: ImportLink[] = [{ import: index, path, packageName }];
  if (path === null || modules.submodule === undefined) return links;
  const exported = new Set(world.surface(path)?.exports.map(({ name }) => name));
  for (const { name } of fact.names) {
    const module = exported.has(name) ? null : modules.submodule(world, path, name);
    if (module !== null) links.push({ import: index, path: module, packageName });
  }
  return links;
}
