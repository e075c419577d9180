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

/** The files below the folder of a manifest that belong to no other manifest of the same name further down. */
export function* filesOf(files: Files, manifest: string): Generator<readonly [path: string, file: FileDigest]> {
  const folder = folderOf(manifest);
  const name = manifest.slice(manifest.lastIndexOf('/') + 1);
  const nested = [...files.keys()]
    .filter((path) => path !== manifest && path.endsWith(`/${name}`))
    .map(folderOf)
    .filter((each) => folder === '' || each.startsWith(`${folder}/`));
  for (const [path, file] of files) {
    if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
    if (!nested.some((each) => path.startsWith(`${each}/`))) yield [path, file];
  }
}
