import { folderOf, inFolder, joinPath } from '../paths.ts';
import { exportsOf, type FileSurface } from '../surface.ts';
import type { World } from '../world.ts';
import type { ImportFact } from '../../facts/file-facts.ts';

/** Modules inside of each other, deeper than any that is written. */
const DEEPEST = 64;

/** The file of `mod name;`. */
export function moduleFile(world: World, from: string, fact: ImportFact): string | null {
  const { specifier, within = [] } = fact;
  const folder = folderOf(from);
  if (specifier.endsWith('.rs')) return existing(world, [joinPath(folder, specifier)]);
  const stem = from.slice(folder === '' ? 0 : folder.length + 1).replace(/\.rs$/, '');
  const below = [...within, specifier].join('/');
  const isRoot = /^(mod|lib|main)$/.test(stem);
  // Other roots, such as those of tests, are no different by name: their modules stand beside them.
  const bases = isRoot ? [folder] : [inFolder(folder, stem), folder];
  return existing(
    world,
    bases.flatMap((base) => [inFolder(base, `${below}.rs`), inFolder(base, `${below}/mod.rs`)]),
  );
}

function existing(world: World, paths: readonly (string | null)[]): string | null {
  return paths.find((path) => path !== null && world.isFile(path)) ?? null;
}

/** The file that declares the module that another file is; null for the root of a crate. */
export function parentOf(world: World, file: string): string | null {
  const own = folderOf(file);
  const isFolder = /(^|\/)mod\.rs$/.test(file);
  const folder = isFolder ? folderOf(own) : own;
  if (isFolder && own === '') return null;
  const usual = ['mod.rs', 'lib.rs', 'main.rs'].map((name) => inFolder(folder, name));
  if (folder !== '') usual.push(`${folder}.rs`);
  const found = usual.find((path) => declares(world, path, file));
  if (found !== undefined || isRootByName(file)) return found ?? null;
  return (
    world
      .filesIn(folder)
      .filter((name) => name.endsWith('.rs'))
      .map((name) => inFolder(folder, name))
      .sort()
      .find((path) => !usual.includes(path) && declares(world, path, file)) ?? null
  );
}

const isRootByName = (file: string): boolean => /(^|\/)(lib|main|build)\.rs$/.test(file);

function declares(world: World, path: string, child: string): boolean {
  if (path === child || !world.isFile(path)) return false;
  return (world.surface(path)?.imports ?? []).some(
    (fact) => fact.kind === 'MODULE' && moduleFile(world, path, fact) === child,
  );
}

/** The root of the crate that a file is a module of. */
export function rootOf(world: World, file: string): string {
  let root = file;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const parent = parentOf(world, root);
    if (parent === null) return root;
    root = parent;
  }
  return root;
}

/** The import behind a name of a module: `mod name;` or `use a::name;`. A function may have the name of a module. */
export function importNamed(surface: FileSurface, name: string, isLast: boolean): ImportFact | null {
  const binding = exportsOf(surface).get(name)?.binding;
  const given =
    binding?.to === 'IMPORT' && binding.path.length === 0 ? (surface.imports[binding.import] ?? null) : null;
  if (given?.kind === 'MODULE' || isLast) return given;
  const module = surface.imports.find(
    ({ kind, names, within }) => kind === 'MODULE' && within === undefined && names[0]?.alias === name,
  );
  return module ?? given;
}
