import { builtinModules } from 'node:module';
import type { ImportFact } from '../../facts/file-facts.ts';
import { commonMembers } from '../common-members.ts';
import type { ModuleRules } from '../module-rules.ts';
import { folderOf, foldersUp, inFolder, joinPath } from '../paths.ts';
import type { World } from '../world.ts';
import { pathMappingOf } from './compiler-options.ts';
import { parsePackageManifest, targetsOf, type PackageManifest } from './package-manifest.ts';

const extensions = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.d.ts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.svelte',
  '.vue',
  '.json',
];
/** TypeScript names the file that will be built; the repository holds the one it is built from. */
const builtFrom: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts'],
  '.jsx': ['.tsx', '.d.ts'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
};
const builtIns = new Set(builtinModules);
const outside = (packageName: string | null) => ({ path: null, packageName });
const inside = (path: string) => ({ path, packageName: null });

/** Node's and TypeScript's rules: relative paths, path mappings, package maps, and packages of the same repository. */
export const ecmascriptModules: ModuleRules = {
  isCommon: (name) => commonMembers.ecmascript.has(name),

  target(world: World, from: string, { specifier }: ImportFact) {
    const folder = folderOf(from);
    const plain = specifier.replace(/[?#](?!.*\/).*$/, (query) => (specifier.startsWith('#') ? query : ''));
    if (plain === '' || /^(?:https?:|data:|virtual:)/.test(plain)) return outside(null);
    if (/^\.{1,2}(?:\/|$)/.test(plain)) {
      const path = joinPath(folder, plain);
      const found = path === null ? null : fileAt(world, path);
      return found === null ? outside(null) : inside(found);
    }
    if (plain.startsWith('#')) return privateImport(world, folder, plain);
    if (plain.startsWith('node:') || builtIns.has(plain))
      return outside(plain.startsWith('node:') ? plain : `node:${plain}`);
    return mapped(world, folder, plain) ?? packaged(world, folder, plain);
  },
};

/** A file by its path as written: itself, with an extension, its source, or the index of the folder. */
function fileAt(world: World, path: string): string | null {
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? '';
  const stem = path.slice(0, path.length - extension.length);
  const candidates = [
    ...(extension === '' ? [] : (builtFrom[extension] ?? []).map((each) => stem + each)),
    path,
    ...extensions.map((each) => path + each),
  ];
  for (const candidate of candidates) if (world.isFile(candidate)) return candidate;
  const manifest = inFolder(path, 'package.json');
  if (world.isFile(manifest)) {
    const entry = entryOf(world, manifest, '.');
    if (entry !== null) return entry;
  }
  for (const each of extensions) {
    const index = inFolder(path, `index${each}`);
    if (world.isFile(index)) return index;
  }
  return null;
}

/** `paths` and `baseUrl` of the nearest configuration of the compiler. */
function mapped(world: World, folder: string, specifier: string): { path: string; packageName: null } | null {
  const { baseUrl, paths } = pathMappingOf(world, folder);
  const best = paths
    .filter(({ pattern }) => matchOf(pattern, specifier) !== null)
    .sort((a, b) => prefixLength(b.pattern) - prefixLength(a.pattern))[0];
  for (const target of best?.targets ?? []) {
    const found = fileAt(world, target.replace('*', matchOf(best?.pattern ?? '', specifier) ?? ''));
    if (found !== null) return { path: found, packageName: null };
  }
  const based = baseUrl === null ? null : joinPath(baseUrl, specifier);
  const found = based === null ? null : fileAt(world, based);
  return found === null ? null : { path: found, packageName: null };
}

const prefixLength = (pattern: string): number =>
  pattern.includes('*') ? pattern.indexOf('*') : pattern.length + 1;

function matchOf(pattern: string, specifier: string): string | null {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === specifier ? '' : null;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits =
    specifier.length >= before.length + after.length &&
    specifier.startsWith(before) &&
    specifier.endsWith(after);
  return fits ? specifier.slice(before.length, specifier.length - after.length) : null;
}

/** `#name`, by the `imports` of the nearest manifest. */
function privateImport(world: World, folder: string, specifier: string) {
  for (const up of foldersUp(folder)) {
    const path = inFolder(up, 'package.json');
    if (!world.isFile(path)) continue;
    const manifest = world.config(path, parsePackageManifest);
    for (const target of targetsOf(manifest?.imports, specifier)) {
      if (!target.startsWith('.')) return packaged(world, up, target);
      const found = sourceOf(world, up, target);
      if (found !== null) return inside(found);
    }
    return outside(null);
  }
  return outside(null);
}

/** A package: of this repository where a manifest has its name, else one from outside. */
function packaged(world: World, folder: string, specifier: string) {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const rest = parts.slice(specifier.startsWith('@') ? 2 : 1).join('/');
  // Other files may hold the text of a manifest, such as a template.
  const manifests = world.packageFiles('npm', name).filter((path) => /(?:^|\/)package\.json$/.test(path));
  // Of two packages of one name the one nearest in the tree is meant.
  const nearest = manifests.toSorted((a, b) => sharedFolders(b, folder) - sharedFolders(a, folder))[0];
  if (nearest === undefined) return outside(name);
  const found = entryOf(world, nearest, rest === '' ? '.' : `./${rest}`);
  return found === null ? outside(name) : { path: found, packageName: name };
}

function sharedFolders(path: string, folder: string): number {
  const [a, b] = [folderOf(path).split('/'), folder.split('/')];
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared += 1;
  return shared;
}

/** The file a package offers under a key of its map. */
function entryOf(world: World, manifestPath: string, key: string): string | null {
  const root = folderOf(manifestPath);
  const manifest = world.config(manifestPath, parsePackageManifest);
  if (manifest === null) return null;
  for (const target of [...targetsOf(manifest.exports, key), ...plainEntries(manifest, key)]) {
    const found = sourceOf(world, root, target);
    if (found !== null) return found;
  }
  return null;
}

function plainEntries(manifest: PackageManifest, key: string): string[] {
  if (key !== '.') return manifest.exports === undefined ? [key, `./src/${key.slice(2)}`] : [];
  return [...manifest.entries, './src/index', './index', './lib/index', './src/main'];
}

/** A target as written, or the source it is built from. */
function sourceOf(world: World, root: string, target: string): string | null {
  const path = joinPath(root, target);
  if (path === null) return null;
  const found = exactFile(world, path);
  if (found !== null) return found;
  const relative = root === '' ? path : path.slice(root.length + 1);
  const source = relative
    .replace(/^(?:dist|lib|build|out|esm|cjs|es)\/(?:(?:esm|cjs|es|types|node|src)\/)?/, 'src/')
    .replace(/\.d\.[cm]?ts$|\.[cm]?jsx?$/, '');
  return source === relative ? null : fileAt(world, inFolder(root, source));
}

/** Without an index of a folder: an entry that names a folder of builds must not end in its sources by accident. */
function exactFile(world: World, path: string): string | null {
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? '';
  const stem = path.slice(0, path.length - extension.length);
  const candidates = [path, ...(builtFrom[extension] ?? []).map((each) => stem + each)];
  if (extension === '') candidates.push(...extensions.map((each) => path + each));
  return candidates.find((candidate) => world.isFile(candidate)) ?? null;
}
