import type { DeclaredPackage, DigestManifest } from '../file-digest.ts';
import { tomlFields, type TomlField } from './toml-lines.ts';

/** The name of a distribution as Python compares it: `Foo.bar_baz` is `foo-bar-baz`. */
export const distribution = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** Reads what a `pyproject.toml` declares. */
export function pythonPackages(text: string): DigestManifest {
  const packages: DeclaredPackage[] = [];
  let name: string | null = null;
  for (const field of tomlFields(text)) {
    const { table, key, value, string, line } = field;
    if (/^(?:project|tool\.poetry)$/.test(table) && key === 'name') name = string;
    else if (table === 'project' && key === 'dynamic' && field.isItem) {
      // The other dependencies are worked out when it is built.
      if (/dependencies$/.test(value)) packages.push({ name: '*', group: 'dynamic', version: '', line });
    } else {
      const found = declaredBy(field);
      if (found !== null) packages.push({ ...found, line });
    }
  }
  return { ecosystem: 'python', name, packages, entries: [], scripts: [] };
}

/** The group of a list of requirements: those of the program itself are the ones under `project`. */
function groupOfList({ table, key }: TomlField): string | null {
  if (table === 'project' && key === 'dependencies') return 'dependencies';
  if (/^(?:project\.optional-dependencies|dependency-groups)$/.test(table)) return key;
  if (table === 'build-system' && key === 'requires') return 'build';
  return /^tool\./.test(table) && /(?:dependencies|requires)$/.test(key) ? 'tool' : null;
}

function declaredBy(field: TomlField): Omit<DeclaredPackage, 'line'> | null {
  const { table, key, value, isItem } = field;
  if (isItem) {
    const group = groupOfList(field);
    return group === null ? null : requirement(value, group);
  }
  if (key === 'python') return null;
  const group = /^tool\.poetry\.(?:group\.[^.]+\.)?(dev-)?dependencies$/.exec(table);
  if (group === null) return null;
  const isOwn = table === 'tool.poetry.dependencies';
  return { name: key.split('.')[0] ?? key, group: isOwn ? 'dependencies' : 'dev', version: value };
}

/** A requirement such as `name[extra] >=1; marker`. */
function requirement(text: string, group: string): Omit<DeclaredPackage, 'line'> | null {
  const [, name, version = ''] = /^\s*([A-Za-z0-9][\w.-]{0,200})(.*)$/.exec(text) ?? [];
  return name === undefined ? null : { name, group, version: version.trim() };
}

/** Reads a list of requirements, one a line. */
export function requirements(text: string): DigestManifest {
  const packages = text.split('\n', 20_000).flatMap((line, index): DeclaredPackage[] => {
    if (/^\s*(?:#|-|\w+:|\.|\/|git\+)/.test(line)) return [];
    const found = requirement(line.replace(/\s+#.*$/, ''), 'requirements');
    return found === null ? [] : [{ ...found, line: index + 1 }];
  });
  return { ecosystem: 'python', name: null, packages, entries: [], scripts: [] };
}
