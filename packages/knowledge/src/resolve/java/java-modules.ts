import type { ModuleRules, ModuleTarget } from '../module-rules.ts';
import { topNames } from '../surface.ts';
import type { World } from '../world.ts';

const outside = (packageName: string): ModuleTarget => ({ path: null, packageName });

/**
 * Java's rules: a package is all files that declare it, wherever they lie, so that source roots need not be known. An
 * import of a type leads to the file that defines it; an import of a whole package is linked to those of its files that
 * define something the importer uses.
 */
export const javaModules: ModuleRules = {
  target(world, from, { specifier, isWildcard }): ModuleTarget {
    const parts = specifier.split('.');
    if (isWildcard) {
      parts.pop();
      const files = world.packageFiles('java', parts.join('.'));
      const first = files.toSorted()[0];
      if (first !== undefined) return { path: first, packageName: null };
    }
    // By convention the first name with a capital is the type; a package may have one too, so all others are tried last.
    const capital = parts.findIndex((part) => /^\p{Lu}/u.test(part));
    const lengths = [capital, ...parts.map((_, index) => parts.length - 1 - index)];
    for (const length of new Set(lengths)) {
      if (length < 1 || length >= parts.length) continue;
      const file = fileOf(world, parts.slice(0, length).join('.'), { name: parts[length] ?? '', from });
      if (file !== null) return { path: file, packageName: null, inside: parts.slice(length) };
    }
    return outside(parts.slice(0, Math.max(1, capital < 0 ? parts.length - 1 : capital)).join('.'));
  },

  siblings(world, { packageName }, name) {
    return packageName === null ? [] : likelyFiles(world, packageName.slice('java:'.length), name);
  },

  parts(world, path, name) {
    const packageName = world.surface(path)?.packageName ?? null;
    return packageName === null ? [] : likelyFiles(world, packageName.slice('java:'.length), name);
  },
};

/** A public type stands in a file of its name; any other may stand in any file of the package. */
function likelyFiles(world: World, packageName: string, name: string): readonly string[] {
  const files = world.packageFiles('java', packageName);
  const own = files.filter((path) => path.endsWith(`/${name}.java`) || path === `${name}.java`);
  return own.length > 0 ? own : files.toSorted();
}

/** The file of a package that defines a type. Of several, such as one for each platform, the nearest. */
function fileOf(
  world: World,
  packageName: string,
  { name, from }: { name: string; from: string },
): string | null {
  const files = likelyFiles(world, packageName, name).filter((path) => {
    const surface = world.surface(path);
    return surface !== null && topNames(surface.symbols).has(name);
  });
  return files.toSorted((a, b) => sharedLength(b, from) - sharedLength(a, from))[0] ?? null;
}

function sharedLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
