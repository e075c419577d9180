import { folderOf, foldersUp, inFolder } from '../../../resolve/paths.ts';
import type { DigestManifest, Ecosystem, FileDigest } from '../../file-digest.ts';

export type Files = ReadonlyMap<string, FileDigest>;

/** A manifest and its path. */
export interface PlacedManifest {
  readonly path: string;
  readonly manifest: DigestManifest;
}

/** Files that only tools load, with whatever those tools have. */
export const ofTools =
  /(?:^|\/)(?:scripts?|tools?|build|bin|\.\w[\w-]*|website|docs?|site)\/|(?:^|\/)[\w.-]*(?:config|rc|setup)\.[cm]?[jt]s$/;

/** The manifests of one name around a file, the nearest first. */
export function* manifestsAround(files: Files, path: string, name: string): Generator<PlacedManifest> {
  for (const folder of foldersUp(folderOf(path))) {
    const at = inFolder(folder, name);
    const manifest = files.get(at)?.manifest;
    if (manifest !== undefined) yield { path: at, manifest };
  }
}

/** The manifests of a kind of packages that are not those of tests, examples or generated code. */
export function* manifestsOf(files: Files, ecosystem: Ecosystem): Generator<PlacedManifest> {
  for (const [path, { manifest, role }] of files)
    if (manifest?.ecosystem === ecosystem && !/^(?:test|example|generated)$/.test(role))
      yield { path, manifest };
}

type Owned = readonly (readonly [path: string, file: FileDigest])[];

/** For each manifest of a name, the files below its folder that belong to no other one further down. */
export function filesByManifest(files: Files, name: string): ReadonlyMap<string, Owned> {
  const owned = new Map<string, (readonly [string, FileDigest])[]>();
  const homes = new Map<string, string | null>();
  for (const [path, file] of files) {
    const folder = folderOf(path);
    const home = homes.get(folder) ?? homeOf(files, folder, name);
    homes.set(folder, home);
    if (home === null) continue;
    const own = owned.get(home);
    if (own === undefined) owned.set(home, [[path, file]]);
    else own.push([path, file]);
  }
  return owned;
}

function homeOf(files: Files, folder: string, name: string): string | null {
  for (const each of foldersUp(folder)) if (files.has(inFolder(each, name))) return inFolder(each, name);
  return null;
}
