import { folderOf, foldersUp, inFolder, joinPath } from '../paths.ts';
import type { World } from '../world.ts';
import { parseCargoManifest, type CargoManifest } from './cargo-manifest.ts';

export interface Crate {
  readonly folder: string;
  readonly manifest: CargoManifest;
}

/** The package that a file belongs to. */
export function crateOf(world: World, file: string): Crate | null {
  for (const folder of foldersUp(folderOf(file))) {
    const path = inFolder(folder, 'Cargo.toml');
    const manifest = world.isFile(path) ? world.config(path, parseCargoManifest) : null;
    if (manifest !== null && manifest.name !== null) return { folder, manifest };
  }
  return null;
}

/** The first file of a package's library. */
function libraryOf(world: World, { folder, manifest }: Crate): string | null {
  const path = joinPath(folder, manifest.libPath ?? 'src/lib.rs');
  return path !== null && world.isFile(path) ? path : null;
}

/** Code knows a package by its name with underscores. */
const inCode = (name: string): string => name.replaceAll('-', '_');

/** The library behind the first name of a path: null for one from outside, undefined for no known dependency. */
export function dependencyOf(
  world: World,
  crate: Crate,
  name: string,
): { library: string | null; packageName: string } | undefined {
  const { manifest, folder } = crate;
  const own = manifest.libName ?? manifest.name;
  if (own !== null && inCode(own) === name) return { library: libraryOf(world, crate), packageName: own };
  for (const [declared, dependency] of manifest.dependencies) {
    if (inCode(declared) !== name) continue;
    const { path, package: actual, isShared } = dependency;
    const packageName = actual ?? declared;
    if (path !== null) return { library: libraryIn(world, joinPath(folder, path)), packageName };
    return { library: isShared ? sharedLibrary(world, folder, declared) : null, packageName };
  }
  return renamedLibrary(world, crate, name);
}

/** A library may have another name than its package: then that package's own manifest says so. */
function renamedLibrary(world: World, { manifest, folder }: Crate, name: string) {
  for (const [declared, { path }] of manifest.dependencies) {
    const target = path === null ? null : joinPath(folder, path);
    const given = target === null ? null : world.config(inFolder(target, 'Cargo.toml'), parseCargoManifest);
    if (given?.libName === name) return { library: libraryIn(world, target), packageName: declared };
  }
  return undefined;
}

function libraryIn(world: World, folder: string | null): string | null {
  if (folder === null) return null;
  const manifest = world.config(inFolder(folder, 'Cargo.toml'), parseCargoManifest);
  return manifest === null ? null : libraryOf(world, { folder, manifest });
}

/** `name.workspace = true`: the path stands in the manifest of the workspace. */
function sharedLibrary(world: World, from: string, name: string): string | null {
  for (const folder of foldersUp(from)) {
    const path = inFolder(folder, 'Cargo.toml');
    const manifest = world.isFile(path) ? world.config(path, parseCargoManifest) : null;
    const dependency = manifest?.shared.get(name);
    if (dependency === undefined) continue;
    return dependency.path === null ? null : libraryIn(world, joinPath(folder, dependency.path));
  }
  return null;
}
