/** The parts of a `package.json` that resolution reads. */
export interface PackageManifest {
  readonly name: string | null;
  readonly exports: unknown;
  readonly imports: unknown;
  /** Entry files in the order they are tried: source fields first, since a repository holds sources, not builds. */
  readonly entries: readonly string[];
  /** Names of all declared dependencies. */
  readonly dependencies: ReadonlySet<string>;
}

export function parsePackageManifest(text: string): PackageManifest {
  const json = recordOf(JSON.parse(text));
  const entries = ['source', 'svelte', 'types', 'typings', 'module', 'main', 'browser'].flatMap((field) => {
    const value = json[field];
    return typeof value === 'string' ? [value] : [];
  });
  const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return {
    name: typeof json['name'] === 'string' ? json['name'] : null,
    exports: json['exports'],
    imports: json['imports'],
    entries,
    dependencies: new Set(groups.flatMap((group) => Object.keys(recordOf(json[group])))),
  };
}

/** Conditions in the order they are preferred: sources and types before builds. */
const conditions = [
  'source',
  'development',
  'types',
  'svelte',
  'import',
  'module',
  'node',
  'require',
  'browser',
  'default',
];

/** The targets that an `exports` or `imports` map gives for a key, best first. */
export function targetsOf(map: unknown, key: string): string[] {
  if (typeof map === 'string') return key === '.' ? [map] : [];
  if (Array.isArray(map)) return map.flatMap((each) => targetsOf(each, key));
  const record = recordOf(map);
  const keys = Object.keys(record);
  if (keys.every((each) => !each.startsWith('.') && !each.startsWith('#')))
    return key === '.' ? conditional(record) : [];
  if (Object.hasOwn(record, key)) return conditional(record[key]);
  const patterns = keys.filter((each) => each.includes('*')).sort((a, b) => b.indexOf('*') - a.indexOf('*'));
  for (const pattern of patterns) {
    const [before = '', after = ''] = pattern.split('*');
    if (key.length < before.length + after.length || !key.startsWith(before) || !key.endsWith(after))
      continue;
    const middle = key.slice(before.length, key.length - after.length);
    return conditional(record[pattern]).map((target) => target.replaceAll('*', middle));
  }
  return [];
}

function conditional(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (depth > 8) return [];
  if (Array.isArray(value)) return value.flatMap((each) => conditional(each, depth + 1));
  const record = recordOf(value);
  return conditions.flatMap((condition) =>
    Object.hasOwn(record, condition) ? conditional(record[condition], depth + 1) : [],
  );
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
