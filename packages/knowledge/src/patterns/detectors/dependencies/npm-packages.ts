import { folderOf } from '../../../resolve/paths.ts';
import type { DeclaredPackage, DigestManifest, FileDigest } from '../../file-digest.ts';
import type { FoundPattern } from '../../found-pattern.ts';
import { nameHash, unpackNames } from '../../name-hash.ts';
import { MissingPackages, unusedPackage } from './dependency-patterns.ts';
import { filesByManifest, manifestsAround, manifestsOf, ofTools, type Files } from './manifests.ts';
import { ownSpecifiers } from './own-specifiers.ts';

const isScript = ({ dialect }: FileDigest): boolean => /^(?:typescript|tsx|javascript|svelte)$/.test(dialect);
const packageForm = /^(?:@[a-z0-9-][\w.-]*\/)?[a-z0-9][\w.-]*$/;
/** Names that runtimes and editors bring along themselves. */
const given =
  /^(?:node:.*|bun|deno|vscode|electron|k6|astro|server-only|client-only|atom|meteor|obsidian|@(?:ember|glimmer|docusaurus|theme|theme-original|site|generated)\/.*)$/;

/** Packages that source files import and that no `package.json` around them declares. */
export function undeclaredFromNpm(files: Files): FoundPattern[] {
  const undeclared: Undeclared[] = [];
  for (const [path, file] of files) {
    if (file.packages === undefined || file.role !== 'source' || !isScript(file) || ofTools.test(path))
      continue;
    const imported = file.packages.filter(
      ({ name, isType }) => isType !== true && packageForm.test(name) && !given.test(name),
    );
    if (imported.length === 0) continue;
    const around = [...manifestsAround(files, path, 'package.json')];
    for (const { name, line } of around.length === 0 ? [] : imported)
      if (!around.some(({ manifest }) => declares(manifest, name) || hasScopeOf(manifest, name)))
        undeclared.push({ name, around: around.map((each) => each.path), path, line });
  }
  const isOwn = ownMeanings(files, undeclared);
  const missing = new MissingPackages();
  for (const { name, around, path, line } of undeclared) {
    const [manifest] = around;
    if (manifest !== undefined && !around.some((each) => isOwn(each, name)))
      missing.add({ name, manifest }, { path, startLine: line, endLine: line });
  }
  return missing.patterns();
}

interface Undeclared {
  readonly name: string;
  /** The manifests around the file that imports it, the nearest first. */
  readonly around: readonly string[];
  readonly path: string;
  readonly line: number;
}

/** Whether the files of a manifest give a name a meaning of their own. */
function ownMeanings(
  files: Files,
  undeclared: readonly Undeclared[],
): (manifest: string, name: string) => boolean {
  const asked = new Map<string, Set<string>>();
  for (const { name, around } of undeclared)
    for (const manifest of around) asked.set(manifest, (asked.get(manifest) ?? new Set()).add(name));
  if (asked.size === 0) return () => false;
  const owned = filesByManifest(files, 'package.json');
  const own = new Map(
    [...asked].map(([manifest, names]) => [
      manifest,
      ownSpecifiers(manifest, owned.get(manifest) ?? [], names),
    ]),
  );
  return (manifest, name) => own.get(manifest)?.has(name) === true;
}

function declares({ name: own, packages }: DigestManifest, name: string): boolean {
  const types = `@types/${name.replace(/^@([^/]+)\//, '$1__')}`;
  return own === name || packages.some((each) => each.name === name || each.name === types);
}

/** Whether a manifest declares another package of the same scope, which may bring it along by design. */
function hasScopeOf({ packages }: DigestManifest, name: string): boolean {
  const scope = /^@[^/]+\//.exec(name)?.[0];
  return scope !== undefined && packages.some((each) => each.name.startsWith(scope));
}

/** Packages that a running program needs without importing them. */
const neededUnseen =
  /^(?:@types\/.*|@prisma\/client|typescript|tslib|core-js.*|regenerator-runtime|@babel\/runtime.*|react-dom|react-native|next|nuxt|sharp|pino-pretty|.*-loader|.*-preset(?:-.*)?|.*plugin.*|.*-cli|.*\/cli|.*config.*)$/;

/** Sites are put together by tools, which load packages by names of their own. */
const ofSites = /(?:^|\/)(?:www|docs?|site|website|examples?|bench\w*|e2e)\//;

/** Whether other manifests stand below: the dependencies of such a root are tools. */
function holdsOthers(files: Files, folder: string): boolean {
  for (const [path, { manifest }] of files)
    if (
      manifest?.ecosystem === 'npm' &&
      folderOf(path) !== folder &&
      (folder === '' || path.startsWith(`${folder}/`))
    )
      return true;
  return false;
}

/** Dependencies of a `package.json` that nothing below it imports or names. */
export function unusedFromNpm(files: Files): FoundPattern[] {
  return [...manifestsOf(files, 'npm')].flatMap(({ path, manifest }) => {
    if (ofSites.test(path) || holdsOthers(files, folderOf(path))) return [];
    const candidates = manifest.packages.filter(
      ({ name, group, version }) =>
        group === 'dependencies' &&
        !neededUnseen.test(name) &&
        !/^(?:workspace|file|link|portal):/.test(version),
    );
    if (candidates.length === 0) return [];
    return unusedOf(files, folderOf(path), candidates).map((each) => unusedPackage(path, each));
  });
}

function unusedOf(files: Files, folder: string, candidates: readonly DeclaredPackage[]): DeclaredPackage[] {
  const left = new Map(candidates.map((each) => [each.name, each]));
  const hashes = new Map(candidates.map(({ name }) => [nameHash(name), name]));
  let scripts = 0;
  for (const [path, file] of files) {
    if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
    if (isScript(file)) scripts += 1;
    for (const { name } of file.packages ?? []) {
      left.delete(name);
      const scope = /^@[^/]+\//.exec(name)?.[0];
      // A package of a family may be loaded by the others of it.
      if (scope !== undefined) for (const each of left.keys()) if (each.startsWith(scope)) left.delete(each);
    }
    if (file.names === undefined) continue;
    for (const hash of unpackNames(file.names)) {
      const name = hashes.get(hash);
      if (name !== undefined) left.delete(name);
    }
  }
  // A manifest without code below it declares for others.
  return scripts === 0 ? [] : [...left.values()];
}
