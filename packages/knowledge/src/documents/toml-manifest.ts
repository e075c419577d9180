import { tomlFields } from '../patterns/manifests/toml-lines.ts';
import type { ManifestFacts, NamedPackage, ScriptFact } from './repository-facts.ts';

const MOST = 60;
const PROJECT = /^(package|project|tool\.poetry)$/;
const DEPENDENCIES = /^((workspace\.)?dependencies|tool\.poetry\.dependencies)(?:\.(.+))?$/;
const SCRIPTS =
  /^(project\.scripts|tool\.(poetry|pdm)\.scripts|tool\.hatch\.envs\.default\.scripts|tool\.poe\.tasks)$/;

/** The parts of a TOML manifest that pages speak of. */
type TomlFacts = Partial<Pick<ManifestFacts, 'name' | 'nameLine' | 'description' | 'descriptionLine'>> &
  Pick<ManifestFacts, 'scripts' | 'dependencies'>;

/** Reads a `Cargo.toml` or `pyproject.toml`: the forms that people and tools write, line by line. */
export function tomlManifest(path: string, lines: readonly string[]): TomlFacts {
  const dependencies = new Map<string, NamedPackage>();
  const scripts: ScriptFact[] = [];
  let named: Pick<TomlFacts, 'name' | 'nameLine'> = {};
  let described: Pick<TomlFacts, 'description' | 'descriptionLine'> = {};
  for (const { table, key, value, string, isItem, line } of tomlFields(lines.join('\n'))) {
    const needed = isItem ? listed({ table, key, value }) : declared(table, key);
    if (needed !== null && !dependencies.has(needed)) dependencies.set(needed, { name: needed, path, line });
    if (isItem) continue;
    if (PROJECT.test(table) && key === 'name') named = { name: string, nameLine: line };
    if (PROJECT.test(table) && key === 'description' && string !== null && string !== '')
      described = { description: string, descriptionLine: line };
    if (SCRIPTS.test(table)) scripts.push({ command: key, path, line });
  }
  return {
    ...named,
    ...described,
    scripts: scripts.slice(0, MOST),
    dependencies: [...dependencies.values()].slice(0, MOST),
  };
}

/** A requirement of a Python project, one of a list of strings. */
function listed({
  table,
  key,
  value,
}: {
  readonly table: string;
  readonly key: string;
  readonly value: string;
}) {
  if (table !== 'project' || key !== 'dependencies') return null;
  return /^[A-Za-z0-9][\w.-]*/.exec(value.trim())?.[0] ?? null;
}

/** A key of a table of dependencies, or the table of one. */
function declared(table: string, key: string): string | null {
  const found = DEPENDENCIES.exec(table);
  if (found === null || (key === 'python' && found[3] === undefined)) return null;
  return found[3] ?? key.split('.')[0] ?? null;
}
