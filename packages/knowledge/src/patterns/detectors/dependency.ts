import type { Detector } from '../detector.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { wholeTally } from '../tally.ts';
import { unusedFromCargo } from './dependencies/cargo-packages.ts';
import { undeclaredFromGo, unusedFromGo } from './dependencies/go-packages.ts';
import type { Files } from './dependencies/manifests.ts';
import { mayMissFromNpm, undeclaredFromNpm, UnusedFromNpm } from './dependencies/npm-packages.ts';
import { undeclaredFromPython, unusedFromPython } from './dependencies/python-packages.ts';

/** Packages that source files import and that no manifest around them declares. Rust does not compile without one. */
export const undeclaredDependency: Detector = {
  name: 'undeclared-dependency',
  version: 3,
  reads: ['packages', 'manifest', 'names', 'aliases', 'role', 'dialect'],
  tally: () =>
    wholeTally({
      takes: (_, { packages, manifest, role, dialect }) =>
        packages === undefined && manifest === undefined ? undefined : [packages, manifest, role, dialect],
      find: ({ ordered }) => [
        ...undeclaredFromNpm(ordered),
        ...undeclaredFromPython(ordered),
        ...undeclaredFromGo(ordered),
      ],
      // Any file may give a name a meaning of its own, and those of other languages may be found by their path.
      mayAsk: ({ files }) => hasOtherThanNpm(files) || mayMissFromNpm(files),
      takesThen: (_, { packages, manifest, names, aliases, role, dialect }) => [
        packages,
        manifest,
        names,
        aliases,
        role,
        dialect,
      ],
    }),
};

/** Dependencies that nothing below their manifest imports or names. */
export const unusedDependency: Detector = {
  name: 'unused-dependency',
  version: 2,
  reads: ['packages', 'manifest', 'names', 'role', 'dialect', 'imports'],
  tally: () => {
    const ofNpm = new UnusedFromNpm();
    const others = wholeTally({
      takes: (_, { manifest, role }) => (manifest === undefined ? undefined : [manifest, role]),
      find: ({ ordered }) => [
        ...unusedFromPython(ordered),
        ...unusedFromGo(ordered),
        ...unusedFromCargo(ordered),
      ],
      mayAsk: ({ files }) => hasOtherThanNpm(files),
      takesThen: (_, { packages, manifest, names, role, dialect, lengths, exports }) => [
        packages,
        manifest,
        names,
        role,
        dialect,
        lengths === undefined,
        exports === undefined,
      ],
    });
    return {
      count: (path, before, now) => {
        ofNpm.count(path, before, now);
        others.count(path, before, now);
      },
      find: (snapshot) => [...ofNpm.find(snapshot), ...others.find(snapshot)],
    };
  },
};

const hasOtherThanNpm = (files: Files): boolean =>
  files.values().some(({ manifest }) => manifest !== undefined && manifest.ecosystem !== 'npm');

/** Packages that one manifest declares twice, and packages that a repository asks for in several versions. */
export const duplicatedDependency: Detector = {
  name: 'duplicated-dependency',
  version: 2,
  reads: ['manifest', 'role'],
  tally: () =>
    wholeTally({
      takes: (_, { manifest, role }) => (manifest === undefined ? undefined : [manifest, role]),
      find: ({ ordered }) => [...declaredTwice(ordered), ...differentVersions(ordered)],
    }),
};

function declaredTwice(files: Files): FoundPattern[] {
  const found: FoundPattern[] = [];
  for (const [path, { manifest, role }] of files) {
    if (manifest === undefined || role === 'generated') continue;
    // A condition behind a semicolon chooses between two declarations of Python.
    const strict = manifest.packages.filter(
      ({ group, version }) =>
        /^(?:dependencies|devDependencies|dev-dependencies|requirements)$/.test(group) &&
        !version.includes(';'),
    );
    for (const [name, own] of Map.groupBy(strict, ({ name: each }) => each)) {
      if (own.length < 2) continue;
      const groups = new Set(own.map(({ group }) => group));
      found.push({
        subject: `${path}\n${name}`,
        kind: 'DEPENDENCY',
        severity: 'LOW',
        certainty: 'PROVEN',
        title: `${name} is declared twice in ${path}`,
        description:
          groups.size === 1
            ? `${path} declares ${name} ${own.length} times.`
            : `${path} declares ${name} among its dependencies and again among those of development.`,
        suggestion: groups.size === 1 ? 'Keep one of them.' : 'Keep the one among the dependencies.',
        places: own.map(({ line }) => ({
          path,
          startLine: line,
          endLine: line,
        })),
      });
    }
  }
  return found;
}

function* differentVersions(files: Files): Generator<FoundPattern> {
  const asked = new Map<string, { name: string; version: string; path: string; line: number }[]>();
  for (const [path, { manifest, role }] of files) {
    if (manifest === undefined || /^(?:test|example|generated|document)$/.test(role)) continue;
    for (const { name: written, version, group, line } of manifest.packages) {
      if (/^(?:peerDependencies|indirect)$/.test(group) || !/^[~^=v]?\d/.test(version)) continue;
      // From its second major version on, a module of Go has the version in its name.
      const name = manifest.ecosystem === 'go' ? written.replace(/\/v\d+$/, '') : written;
      const key = `${manifest.ecosystem} ${name}`;
      const own = asked.get(key);
      if (own === undefined) asked.set(key, [{ name, version, path, line }]);
      else own.push({ name, version, path, line });
    }
  }
  for (const own of asked.values()) {
    const majors = new Set(own.map(({ version }) => /\d+/.exec(version)?.[0]));
    if (majors.size < 2) continue;
    const [{ name } = { name: '' }] = own;
    yield {
      subject: [name, ...new Set(own.map(({ version }) => version))].join('\n'),
      kind: 'DEPENDENCY',
      severity: 'LOW',
      certainty: 'PROVEN',
      title: `${name} is asked for in ${majors.size} major versions`,
      description: `The manifests of this repository declare ${name} as ${[...new Set(own.map(({ version }) => version))].join(', ')}. Types and behaviour differ between major versions.`,
      suggestion: 'Agree on one of them.',
      places: own.map(({ path, line }) => ({
        path,
        startLine: line,
        endLine: line,
      })),
    };
  }
}
