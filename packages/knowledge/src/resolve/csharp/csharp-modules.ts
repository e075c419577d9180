import type { ModuleRules, ModuleTarget } from '../module-rules.ts';
import { topNames } from '../surface.ts';
import type { World } from '../world.ts';

/**
 * C#'s rules: a namespace is all files that declare it, wherever they lie. The types of the namespaces around one are in
 * reach without an import; an import of a namespace is linked to those of its files that define what is used.
 */
export const csharpModules: ModuleRules = {
  target(world, _from, { specifier, isWildcard, names }): ModuleTarget {
    const isStatic = specifier.startsWith('static ');
    const name = isStatic ? specifier.slice('static '.length) : specifier;
    if (isWildcard && !isStatic) {
      const [first] = filesOf(world, name);
      return { path: first ?? null, packageName: first === undefined ? name : null };
    }
    const at = name.lastIndexOf('.');
    const [around, type] = [name.slice(0, Math.max(0, at)), name.slice(at + 1)];
    const path = filesOf(world, around).find((each) => defines(world, each, type));
    if (path === undefined) return { path: null, packageName: around || name };
    return { path, packageName: null, inside: isStatic || names.length > 0 ? [type] : [] };
  },

  siblings(world, { packageName }) {
    if (packageName === null) return [];
    const parts = packageName.slice('csharp:'.length).split('.');
    const around = parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
    return around.flatMap((each) => filesOf(world, each));
  },

  parts(world, path) {
    const packageName = world.surface(path)?.packageName ?? null;
    return packageName === null ? [] : filesOf(world, packageName.slice('csharp:'.length));
  },
};

const filesOf = (world: World, namespace: string): readonly string[] =>
  world.packageFiles('csharp', namespace).toSorted();

function defines(world: World, path: string, name: string): boolean {
  const surface = world.surface(path);
  return surface !== null && topNames(surface.symbols).has(name);
}
