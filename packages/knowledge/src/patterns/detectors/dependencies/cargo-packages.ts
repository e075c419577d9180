import type { DeclaredPackage, FileDigest } from '../../file-digest.ts';
import type { FoundPattern } from '../../found-pattern.ts';
import { nameHash, unpackNames } from '../../name-hash.ts';
import { unusedPackage } from './dependency-patterns.ts';
import { filesByManifest, manifestsOf, type Files, type PlacedManifest } from './manifests.ts';

/** Crates that serve by being linked, or by what they add to others. */
const neededUnseen = /(?:-sys|-src|alloc)$|^(?:getrandom|openssl.*|cc|pkg-config|bindgen)$/;

/** Crates of a `Cargo.toml` that none of its files names, and those of a workspace that no member takes. */
export function unusedFromCargo(files: Files): FoundPattern[] {
  const manifests = [...manifestsOf(files, 'cargo')];
  if (manifests.length === 0) return [];
  const owned = filesByManifest(files, 'Cargo.toml');
  return manifests.flatMap(({ path, manifest }) => [
    ...unusedOf(owned.get(path) ?? [], manifest.packages).map((each) => unusedPackage(path, each)),
    ...untaken({ path, manifest }, manifests),
  ]);
}

function unusedOf(
  own: readonly (readonly [path: string, file: FileDigest])[],
  packages: readonly DeclaredPackage[],
): DeclaredPackage[] {
  const candidates = packages.filter(
    ({ name, group }) => group === 'dependencies' && !neededUnseen.test(name),
  );
  if (candidates.length === 0) return [];
  const named = new Set<number>();
  let count = 0;
  for (const [path, { names, role }] of own) {
    if (!path.endsWith('.rs')) continue;
    // A file that was not read may name any of them.
    if (names === undefined && role === 'generated') return [];
    count += 1;
    for (const hash of unpackNames(names ?? '')) named.add(hash);
  }
  return count === 0 ? [] : candidates.filter(({ name }) => !named.has(nameHash(name.replaceAll('-', '_'))));
}

/** Dependencies of a workspace that none of its members asks for. */
function* untaken(
  { path, manifest }: PlacedManifest,
  manifests: readonly PlacedManifest[],
): Generator<FoundPattern> {
  const shared = manifest.packages.filter(({ group }) => group.startsWith('workspace.dependencies'));
  if (shared.length === 0) return;
  const taken = new Set(
    manifests.flatMap((each) =>
      each.manifest.packages.filter(({ version }) => version === 'workspace').map(({ name }) => name),
    ),
  );
  for (const { name, line } of shared)
    if (!taken.has(name))
      yield {
        subject: `${path}\n${name}`,
        kind: 'DEPENDENCY',
        severity: 'LOW',
        certainty: 'PROVEN',
        title: `${name} is declared for the workspace, and no member takes it`,
        description: `${path} declares ${name} among the dependencies of the workspace. No manifest below asks for it by "workspace = true".`,
        suggestion: 'Remove it.',
        places: [{ path, startLine: line, endLine: line }],
      };
}
