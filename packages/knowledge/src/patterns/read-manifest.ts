import type { DeclaredPackage, DigestManifest } from './file-digest.ts';
import { cargoPackages } from './manifests/cargo-packages.ts';
import { goPackages } from './manifests/go-packages.ts';
import { pythonPackages, requirements } from './manifests/python-packages.ts';

const LARGEST = 1 << 20;
const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;
const MOST_ENTRIES = 500;

/** The parts of a manifest that rules read; nothing for other files, broken manifests and those of a megabyte. */
export function readManifest(path: string, text: string): DigestManifest | undefined {
  if (text.length > LARGEST) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'package.json') return npmManifest(text);
  if (name === 'pyproject.toml') return pythonPackages(text);
  if (name === 'go.mod') return goPackages(text);
  if (name === 'Cargo.toml') return cargoPackages(text);
  return /^requirements[\w.-]*\.txt$/.test(name) ? requirements(text) : undefined;
}

function npmManifest(text: string): DigestManifest | undefined {
  const json = parsed(text);
  if (json === null) return undefined;
  const lines = text.split('\n');
  const packages: DeclaredPackage[] = [];
  for (const group of groups) {
    // The line is looked for behind the group's own, since a package may be declared in several.
    const from = Math.max(
      0,
      lines.findIndex((line) => line.includes(`"${group}"`)),
    );
    for (const [name, version] of Object.entries(recordOf(json[group]))) {
      const at = lines.findIndex((line, index) => index >= from && line.includes(`"${name}"`));
      packages.push({
        name,
        group,
        version: typeof version === 'string' ? version : '',
        line: Math.max(0, at) + 1,
      });
    }
  }
  const entries = [
    ...[
      'main',
      'module',
      'browser',
      'types',
      'typings',
      'svelte',
      'source',
      'bin',
      'exports',
      'imports',
    ].flatMap((field) => [...stringsIn(json[field])]),
  ];
  return {
    ecosystem: 'npm',
    name: typeof json['name'] === 'string' ? json['name'] : null,
    packages,
    entries: [...new Set(entries)].slice(0, MOST_ENTRIES),
    scripts: Object.keys(recordOf(json['scripts'])),
  };
}

/** The text of a `package.json` without the declarations: only what its scripts and settings name is used. */
export function withoutDependencies(text: string): string {
  const json = text.length > LARGEST ? null : parsed(text);
  if (json === null) return '';
  const left = Object.entries(json).filter(
    ([field]) =>
      !(groups as readonly string[]).includes(field) &&
      !/^(?:resolutions|overrides|peerDependenciesMeta)$/.test(field),
  );
  return JSON.stringify(Object.fromEntries(left));
}

function* stringsIn(value: unknown, depth = 0): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null && depth < 8)
    for (const each of Object.values(value)) yield* stringsIn(each, depth + 1);
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
