import { folderOf, foldersUp, inFolder } from '../../../resolve/paths.ts';
import type { DigestedSnapshot, Tally } from '../../detector.ts';
import type { DeclaredPackage, DigestManifest, FileDigest } from '../../file-digest.ts';
import type { FoundPattern } from '../../found-pattern.ts';
import { nameHash, unpackNames } from '../../name-hash.ts';
import { comparePaths, Counts } from '../../tally.ts';
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
  const undeclared = undeclaredIn(files);
  const isOwn = ownMeanings(files, undeclared);
  const missing = new MissingPackages();
  for (const { name, around, path, line } of undeclared) {
    const [manifest] = around;
    if (manifest !== undefined && !around.some((each) => isOwn(each, name)))
      missing.add({ name, manifest }, { path, startLine: line, endLine: line });
  }
  return missing.patterns();
}

/** Whether an import is declared nowhere, so that what all files mean by its name decides. */
export const mayMissFromNpm = (files: Files): boolean => undeclaredIn(files).length > 0;

/** The imports that no manifest declares. */
function undeclaredIn(files: Files): Undeclared[] {
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
        undeclared.push({
          name,
          around: around.map((each) => each.path),
          path,
          line,
        });
  }
  return undeclared;
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

/** A manifest whose dependencies may be unused, with the number of files below it that use each, and of its scripts. */
interface Watched {
  readonly candidates: ReadonlyMap<string, DeclaredPackage>;
  readonly hashes: ReadonlyMap<number, string>;
  readonly uses: Counts<string>;
  scripts: number;
}

/** Dependencies of a `package.json` that nothing below it imports or names. */
export class UnusedFromNpm implements Tally {
  #watched: ReadonlyMap<string, Watched> | null = null;

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    if (before?.manifest !== undefined || now?.manifest !== undefined) this.#watched = null;
    for (const watched of this.#around(path)) {
      countUses(watched, before, -1);
      countUses(watched, now, 1);
    }
  }

  find({ files }: DigestedSnapshot): FoundPattern[] {
    if (this.#watched === null) {
      this.#watched = watchedIn(files);
      if (this.#watched.size > 0)
        for (const [path, file] of files)
          for (const watched of this.#around(path)) countUses(watched, file, 1);
    }
    return [...this.#watched].flatMap(([folder, { candidates, uses, scripts }]) =>
      // A manifest without code below it declares for others.
      scripts === 0
        ? []
        : [...candidates.values()]
            .filter(({ name }) => uses.get(name) === 0)
            .map((each) => unusedPackage(inFolder(folder, 'package.json'), each)),
    );
  }

  *#around(path: string): Generator<Watched> {
    if (this.#watched === null || this.#watched.size === 0) return;
    for (const folder of foldersUp(folderOf(path))) {
      const watched = this.#watched.get(folder);
      if (watched !== undefined) yield watched;
    }
  }
}

/** The manifests with dependencies that may be unused, by their folder and in its order. */
function watchedIn(files: Files): Map<string, Watched> {
  const manifests = [...manifestsOf(files, 'npm')].sort((a, b) => comparePaths(a.path, b.path));
  return new Map(
    manifests.flatMap(({ path, manifest }): (readonly [string, Watched])[] => {
      if (!path.endsWith('package.json') || ofSites.test(path) || holdsOthers(files, folderOf(path)))
        return [];
      const candidates = manifest.packages.filter(
        ({ name, group, version }) =>
          group === 'dependencies' &&
          !neededUnseen.test(name) &&
          !/^(?:workspace|file|link|portal):/.test(version),
      );
      if (candidates.length === 0) return [];
      const watched = {
        candidates: new Map(candidates.map((each) => [each.name, each])),
        hashes: new Map(candidates.map(({ name }) => [nameHash(name), name])),
        uses: new Counts<string>(),
        scripts: 0,
      };
      return [[folderOf(path), watched]];
    }),
  );
}

function countUses(watched: Watched, file: FileDigest | null, by: 1 | -1): void {
  if (file === null) return;
  const { candidates, hashes, uses } = watched;
  if (isScript(file)) watched.scripts += by;
  const used = new Set<string>();
  for (const { name } of file.packages ?? []) {
    if (candidates.has(name)) used.add(name);
    const scope = /^@[^/]+\//.exec(name)?.[0];
    // A package of a family may be loaded by the others of it.
    if (scope !== undefined) for (const each of candidates.keys()) if (each.startsWith(scope)) used.add(each);
  }
  for (const hash of file.names === undefined ? [] : unpackNames(file.names)) {
    const name = hashes.get(hash);
    if (name !== undefined) used.add(name);
  }
  for (const name of used) uses.add(name, by);
}
