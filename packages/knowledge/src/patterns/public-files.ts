import { folderOf, inFolder, joinPath } from '../resolve/paths.ts';
import type { FileDigest } from './file-digest.ts';

const extensions = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.svelte', '.d.ts'];
const built = /^(?:dist|build|lib|out|esm|cjs|es|module|types|output)\//;

/** The files that manifests offer to the outside: as named, or as the sources of what is built. */
export function publicFiles(files: ReadonlyMap<string, FileDigest>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [path, { manifest }] of files) {
    if (manifest === undefined) continue;
    const folder = folderOf(path);
    const { entries } = manifest;
    for (const entry of entries)
      for (const candidate of entry.includes('*')
        ? matching(files, folder, entry)
        : sourcesOf(files, folder, entry))
        found.add(candidate);
  }
  return found;
}

function* sourcesOf(
  files: ReadonlyMap<string, FileDigest>,
  folder: string,
  entry: string,
): Generator<string> {
  const plain = entry.replace(/^\.\//, '');
  const stem = plain.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
  const moved = stem.replace(built, '');
  for (const place of new Set([
    plain,
    stem,
    `${stem}/index`,
    ...(moved === stem ? [] : [`src/${moved}`, moved, `lib/${moved}`]),
  ]))
    for (const extension of extensions) {
      const path = joinPath(folder, place + extension);
      if (path !== null && files.has(path)) {
        yield path;
        break;
      }
    }
  // A bundler may flatten or rename: what is named like an entry is one.
  if (moved !== stem)
    for (const extension of extensions) {
      const path = inFolder(folder, `src/index${extension}`);
      if (files.has(path)) yield path;
    }
}

function* matching(files: ReadonlyMap<string, FileDigest>, folder: string, entry: string): Generator<string> {
  const [before = ''] = entry.replace(/^\.\//, '').split('*');
  const starts = new Set([before, before.replace(built, ''), before.replace(built, 'src/')]);
  for (const path of files.keys())
    for (const start of starts) if (path.startsWith(inFolder(folder, start))) yield path;
}
