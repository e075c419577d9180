import { folderOf, foldersUp, inFolder } from '../../resolve/paths.ts';
import type { Detector } from '../detector.ts';
import type { DeclaredPackage, DigestManifest, FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';
import { nameHash, unpackNames } from '../name-hash.ts';

type Files = ReadonlyMap<string, FileDigest>;

const isScript = ({ dialect }: FileDigest): boolean => /^(?:typescript|tsx|javascript|svelte)$/.test(dialect);
const packageForm = /^(?:@[a-z0-9-][\w.-]*\/)?[a-z0-9][\w.-]*$/;
/** Names that runtimes and editors bring along themselves. */
const given = /^(?:node:.*|bun|deno|vscode|electron|k6|astro|server-only|client-only)$/;
/** Files that only tools load, with whatever those tools have. */
const ofTools =
  /(?:^|\/)(?:scripts?|tools?|build|bin|\.\w[\w-]*|website|docs?|site)\/|(?:^|\/)[\w.-]*(?:config|rc|setup)\.[cm]?[jt]s$/;

/** The nearest `package.json` of a file and those around it. */
function* manifestsOf(files: Files, path: string): Generator<{ path: string; manifest: DigestManifest }> {
  for (const folder of foldersUp(folderOf(path))) {
    const at = inFolder(folder, 'package.json');
    const manifest = files.get(at)?.manifest;
    if (manifest !== undefined) yield { path: at, manifest };
  }
}

/** Packages that source files import and that no manifest around them declares. */
export const undeclaredDependency: Detector = {
  name: 'undeclared-dependency',
  version: 1,
  reads: ['packages', 'manifest', 'role', 'dialect'],
  find: (snapshot) => {
    const missing = new Map<string, { name: string; manifest: string; places: PatternPlace[] }>();
    for (const [path, file] of snapshot.files) {
      if (file.role !== 'source' || !isScript(file) || ofTools.test(path)) continue;
      const imported = (file.packages ?? []).filter(
        ({ name, isType }) => isType !== true && packageForm.test(name) && !given.test(name),
      );
      if (imported.length === 0) continue;
      const around = [...manifestsOf(snapshot.files, path)];
      const [nearest] = around;
      if (nearest === undefined) continue;
      for (const { name, line } of imported) {
        if (around.some(({ manifest }) => declares(manifest, name) || hasScopeOf(manifest, name))) continue;
        const key = `${nearest.path}\n${name}`;
        const found = missing.get(key) ?? { name, manifest: nearest.path, places: [] };
        missing.set(key, found);
        found.places.push({ path, startLine: line, endLine: line });
      }
    }
    return [...missing].map(([subject, { name, manifest, places }]): FoundPattern => ({
      subject,
      kind: 'DEPENDENCY',
      severity: 'HIGH',
      certainty: 'LIKELY',
      title: `${name} is imported and not declared`,
      description: `${manifest} does not name ${name}, nor does a manifest above it. It works only while another package happens to bring it along.`,
      suggestion: `Add ${name} to the dependencies of ${manifest}.`,
      places,
    }));
  },
};

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
      manifest !== undefined &&
      folderOf(path) !== folder &&
      (folder === '' || path.startsWith(`${folder}/`))
    )
      return true;
  return false;
}

/** Dependencies that nothing below their manifest imports or names. */
export const unusedDependency: Detector = {
  name: 'unused-dependency',
  version: 1,
  reads: ['packages', 'manifest', 'names', 'role', 'dialect', 'imports'],
  find: ({ files }) =>
    [...files].flatMap(([path, { manifest, role }]): FoundPattern[] => {
      if (manifest === undefined || role === 'test' || role === 'example' || role === 'generated') return [];
      if (ofSites.test(path) || holdsOthers(files, folderOf(path))) return [];
      const candidates = manifest.packages.filter(
        ({ name, group, version }) =>
          group === 'dependencies' &&
          !neededUnseen.test(name) &&
          !/^(?:workspace|file|link|portal):/.test(version),
      );
      if (candidates.length === 0) return [];
      const unused = unusedOf(files, folderOf(path), candidates);
      return unused.map(({ name, line }) => ({
        subject: `${path}\n${name}`,
        kind: 'DEPENDENCY',
        severity: 'MEDIUM',
        certainty: 'LIKELY',
        title: `${name} is declared and nothing uses it`,
        description: `${path} declares ${name} as a dependency. No file below imports it, and no script or configuration names it.`,
        suggestion: 'Remove it, or move it to the development dependencies if a tool needs it.',
        places: [{ path, startLine: line, endLine: line }],
      }));
    }),
};

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

/** Packages that one manifest declares twice, and packages that a repository asks for in several versions. */
export const duplicatedDependency: Detector = {
  name: 'duplicated-dependency',
  version: 1,
  reads: ['manifest', 'role'],
  find: ({ files }) => {
    const found: FoundPattern[] = [];
    for (const [path, { manifest, role }] of files) {
      if (manifest === undefined || role === 'generated') continue;
      const strict = manifest.packages.filter(
        ({ group }) => group === 'dependencies' || group === 'devDependencies',
      );
      for (const [name, own] of Map.groupBy(strict, ({ name: each }) => each)) {
        if (own.length < 2) continue;
        found.push({
          subject: `${path}\n${name}`,
          kind: 'DEPENDENCY',
          severity: 'LOW',
          certainty: 'PROVEN',
          title: `${name} is declared twice in ${path}`,
          description: `${path} declares ${name} among its dependencies and again among those of development.`,
          suggestion: 'Keep the one among the dependencies.',
          places: own.map(({ line }) => ({ path, startLine: line, endLine: line })),
        });
      }
    }
    return [...found, ...differentVersions(files)];
  },
};

function* differentVersions(files: Files): Generator<FoundPattern> {
  const asked = new Map<string, { version: string; path: string; line: number }[]>();
  for (const [path, { manifest, role }] of files) {
    if (manifest === undefined || role !== 'other') continue;
    for (const { name, version, group, line } of manifest.packages) {
      if (group === 'peerDependencies' || !/^[~^=v]?\d/.test(version)) continue;
      const own = asked.get(name);
      if (own === undefined) asked.set(name, [{ version, path, line }]);
      else own.push({ version, path, line });
    }
  }
  for (const [name, own] of asked) {
    const majors = new Set(own.map(({ version }) => /\d+/.exec(version)?.[0]));
    if (majors.size < 2) continue;
    yield {
      subject: [name, ...new Set(own.map(({ version }) => version))].join('\n'),
      kind: 'DEPENDENCY',
      severity: 'LOW',
      certainty: 'PROVEN',
      title: `${name} is asked for in ${majors.size} major versions`,
      description: `The manifests of this repository declare ${name} as ${[...new Set(own.map(({ version }) => version))].join(', ')}. Types and behaviour differ between major versions.`,
      suggestion: 'Agree on one of them.',
      places: own.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
    };
  }
}
