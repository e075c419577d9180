import { folderOf } from '../../../resolve/paths.ts';
import type { FileDigest } from '../../file-digest.ts';
import { nameHash, unpackNames } from '../../name-hash.ts';

/** Folders whose contents a compiler or bundler is often set up to find by their names alone. */
const roots = /^(?:src|source|app|lib|client|server|web|frontend|js|ts)\/(?=.)/;

/**
 * Those of some imported names that the files of a manifest give a meaning of their own: by an alias, by a declared
 * module, by the name of a folder, or by naming it where they do not import it, as a plugin does that answers for it.
 */
export function ownSpecifiers(
  manifest: string,
  files: readonly (readonly [path: string, file: FileDigest])[],
  names: ReadonlySet<string>,
): ReadonlySet<string> {
  const own = new Set<string>();
  const folder = folderOf(manifest);
  for (const [path, file] of files) {
    const left = [...names].filter((name) => !own.has(name));
    if (left.length === 0) break;
    const top = path
      .slice(folder === '' ? 0 : folder.length + 1)
      .replace(roots, '')
      .replace(/[/.].*$/, '');
    const isNamed = namedIn(file);
    for (const name of left) if (name === top || isAlias(file, name) || isNamed(name)) own.add(name);
  }
  return own;
}

function isAlias({ aliases = [] }: FileDigest, name: string): boolean {
  return aliases.some(
    (alias) => alias === name || name.startsWith(`${alias}/`) || alias.startsWith(`${name}/`),
  );
}

function namedIn({ names, packages = [], role, dialect }: FileDigest): (name: string) => boolean {
  const isHeard = /^(?:typescript|tsx|javascript)$/.test(dialect) && /^(?:source|typing|other)$/.test(role);
  if (!isHeard || names === undefined) return () => false;
  const hashes = unpackNames(names);
  // A plain word may mean anything, and an import names what it imports.
  return (name) =>
    /[-@/.]/.test(name) && !packages.some((each) => each.name === name) && hashes.includes(nameHash(name));
}
