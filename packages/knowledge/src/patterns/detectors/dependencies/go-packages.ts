import type { DeclaredPackage, FileDigest } from '../../file-digest.ts';
import type { FoundPattern } from '../../found-pattern.ts';
import { MissingPackages, unusedPackage } from './dependency-patterns.ts';
import { filesByManifest, manifestsAround, manifestsOf, ofTools, type Files } from './manifests.ts';

const isBelow = (module: string, path: string): boolean => path === module || path.startsWith(`${module}/`);

/** Packages of other modules that source files import and that their `go.mod` does not require. */
export function undeclaredFromGo(files: Files): FoundPattern[] {
  const missing = new MissingPackages();
  const modules = [...files.values()].flatMap(({ manifest }) =>
    manifest?.ecosystem === 'go' && manifest.name !== null ? [manifest.name] : [],
  );
  for (const [path, { role, dialect, packages = [] }] of files) {
    if (role !== 'source' || dialect !== 'go' || ofTools.test(path) || packages.length === 0) continue;
    const [home] = manifestsAround(files, path, 'go.mod');
    if (home === undefined || files.has('go.work')) continue;
    for (const { name, line, isConditional } of packages) {
      // Without a dot in its first part, a path is one of the standard library.
      if (isConditional === true || !/^[^/]*\.[^/]*(?:\/|$)/.test(name)) continue;
      if (modules.some((module) => isBelow(module, name))) continue;
      if (!home.manifest.packages.some((each) => isBelow(each.name, name)))
        missing.add({ name, manifest: home.path }, { path, startLine: line, endLine: line });
    }
  }
  return missing.patterns();
}

/** Modules that a `go.mod` requires for its own code and that none of its files imports. */
export function unusedFromGo(files: Files): FoundPattern[] {
  const manifests = [...manifestsOf(files, 'go')];
  if (manifests.length === 0) return [];
  const owned = filesByManifest(files, 'go.mod');
  return manifests.flatMap(({ path, manifest }) => {
    const candidates = manifest.packages.filter(({ group }) => group === 'dependencies');
    const tools = manifest.packages.filter(({ group }) => group === 'tool');
    const imported = candidates.length === 0 ? null : importedBy(owned.get(path) ?? []);
    if (imported === null) return [];
    const isUsed = ({ name }: DeclaredPackage): boolean =>
      imported.some((each) => isBelow(name, each)) || tools.some((tool) => isBelow(name, tool.name));
    return candidates.filter((each) => !isUsed(each)).map((each) => unusedPackage(path, each));
  });
}

/** The packages that a module's files import; null where some of them were not read, or there are none. */
function importedBy(own: readonly (readonly [path: string, file: FileDigest])[]): string[] | null {
  const imported = new Set<string>();
  let count = 0;
  for (const [path, { role, packages = [], lengths, exports, names }] of own) {
    if (!path.endsWith('.go') || /(?:^|\/)vendor\//.test(path)) continue;
    const isRead =
      role !== 'generated' && (names !== undefined || lengths !== undefined || exports !== undefined);
    if (role === 'generated' || (!isRead && packages.length === 0)) return null;
    count += 1;
    for (const { name } of packages) imported.add(name);
  }
  return count === 0 ? null : [...imported];
}
