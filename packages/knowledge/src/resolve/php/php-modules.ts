import type { ModuleRules, ModuleTarget } from '../module-rules.ts';
import { folderOf, foldersUp, inFolder, joinPath } from '../paths.ts';
import { topNames } from '../surface.ts';
import type { World } from '../world.ts';
import { parseComposerManifest } from './composer-manifest.ts';

/**
 * PHP's rules: a class by the PSR-4 rules of the nearest manifest that has one for it, else by the files that declare
 * its namespace; functions by these alone.
 */
export const phpModules: ModuleRules = {
  target(world, from, { specifier, kind }): ModuleTarget {
    if (kind === 'INCLUDE') return { path: includedFile(world, from, specifier), packageName: null };
    const path = byAutoload(world, from, specifier) ?? byNamespace(world, specifier);
    if (path !== null) return { path, packageName: null };
    const parts = specifier.split('\\');
    return { path: null, packageName: parts.length < 2 ? null : parts.slice(0, 2).join('\\') };
  },

  siblings(world, { packageName }) {
    return packageName === null ? [] : world.packageFiles('php', packageName.slice('php:'.length)).toSorted();
  },
};

function includedFile(world: World, from: string, specifier: string): string | null {
  const folders = specifier.startsWith('.') ? [folderOf(from)] : [folderOf(from), ''];
  for (const folder of folders) {
    const path = joinPath(folder, specifier);
    if (path !== null && world.isFile(path)) return path;
  }
  return null;
}

function byAutoload(world: World, from: string, name: string): string | null {
  for (const folder of foldersUp(folderOf(from))) {
    const manifest = inFolder(folder, 'composer.json');
    if (!world.isFile(manifest)) continue;
    for (const { prefix, folders } of world.config(manifest, parseComposerManifest) ?? []) {
      if (!name.startsWith(prefix)) continue;
      const rest = `${name.slice(prefix.length).replaceAll('\\', '/')}.php`;
      for (const each of folders) {
        const path = joinPath(folder, `${each}/${rest}`);
        if (path !== null && world.isFile(path)) return path;
      }
    }
  }
  return null;
}

function byNamespace(world: World, specifier: string): string | null {
  const at = specifier.lastIndexOf('\\');
  const name = specifier.slice(at + 1);
  const files = world.packageFiles('php', specifier.slice(0, Math.max(0, at)));
  const defining = files.toSorted().filter((path) => {
    const surface = world.surface(path);
    return surface !== null && topNames(surface.symbols).has(name);
  });
  return defining.find((path) => path.endsWith(`/${name}.php`)) ?? defining[0] ?? null;
}
