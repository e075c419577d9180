import type { FileFacts } from '../facts/file-facts.ts';
import { ecmascriptModules } from './ecmascript/ecmascript-modules.ts';
import type { FileLinks, ImportLink, ReferenceLink } from './file-links.ts';
import { LinkResolver, type ModuleRules } from './link-resolver.ts';
import { symbolKeys } from './surface.ts';
import type { World } from './world.ts';

const rules: Readonly<Record<string, ModuleRules>> = {
  typescript: ecmascriptModules,
  tsx: ecmascriptModules,
  javascript: ecmascriptModules,
  svelte: ecmascriptModules,
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
  const imports: ImportLink[] = facts.imports.map((fact, index) => {
    const { path: target, packageName } = modules.target(world, path, fact);
    return { import: index, path: target, packageName };
  });
  const references: ReferenceLink[] = [];
  for (const { binding, kind, line, inside } of facts.references) {
    const found = resolver.resolve(binding);
    if (found === null) continue;
    references.push({ line, kind, ...found, inside: inside === null ? null : (keys[inside] ?? null) });
  }
  return { imports, references };
}
