import type { DeclaredPackage, DigestManifest } from '../file-digest.ts';
import { tomlFields } from './toml-lines.ts';

/** A dependency in one line or as a table of its own, with what its fields say of it. */
interface Dependency {
  readonly table: string;
  readonly name: string;
  readonly line: number;
  value: string;
}

const TABLE = /^(?:target\..+\.)?(?:workspace\.)?(?:dev-|build-)?dependencies$/;

/** Reads the crates that a `Cargo.toml` declares. */
export function cargoPackages(text: string): DigestManifest {
  const found = new Map<string, Dependency>();
  let name: string | null = null;
  for (const { table, key, value, string, isItem, line } of tomlFields(text)) {
    if (table === 'package' && key === 'name') name = string;
    const own = TABLE.test(table)
      ? { table, name: key.split('.')[0] ?? key, rest: `${key.includes('.') ? `${key} = ` : ''}${value}` }
      : nested(table, `${key} = ${isItem ? '[]' : value}`);
    if (own === null) continue;
    const place = `${own.table}\n${own.name}`;
    const known = found.get(place);
    if (known === undefined) found.set(place, { table: own.table, name: own.name, line, value: own.rest });
    else known.value += `, ${own.rest}`;
  }
  return { ecosystem: 'cargo', name, packages: [...found.values()].map(declared), entries: [], scripts: [] };
}

/** `[dependencies.name]` */
function nested(table: string, rest: string): { table: string; name: string; rest: string } | null {
  const at = table.lastIndexOf('.');
  const [around, name] = [table.slice(0, at), table.slice(at + 1)];
  return at > 0 && TABLE.test(around) ? { table: around, name, rest } : null;
}

function declared({ table, name, line, value }: Dependency): DeclaredPackage {
  const isShared = /\bworkspace\s*=\s*true\b/.test(value);
  // Chosen features, a place of its own or a platform may be all that the dependency is there for.
  const isPlain =
    !/\b(?:features|default-features|optional|path|git)\b/.test(value) && !table.startsWith('target.');
  const version = /^["']([^"']*)["']/.exec(value)?.[1] ?? /\bversion\s*=\s*["']([^"']*)["']/.exec(value)?.[1];
  return {
    name,
    group: isPlain ? table : `${table} configured`,
    version: isShared ? 'workspace' : (version ?? ''),
    line,
  };
}
