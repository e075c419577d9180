import { tomlFields } from '../patterns/manifests/toml-lines.ts';
import { inFolder } from '../resolve/paths.ts';
import { moduleOf } from './module-facts.ts';
import type { EntryPoint, ManifestFacts, NamedPackage, ScriptFact } from './repository-facts.ts';

const MOST = 60;
const PROJECT = /^(package|project|tool\.poetry)$/;
const DEPENDENCIES = /^((workspace\.)?dependencies|tool\.poetry\.dependencies)(?:\.(.+))?$/;
/** The tables of commands, and the program that runs them; those of a package are installed with it. */
const SCRIPTS: readonly (readonly [table: RegExp, runner: string])[] = [
  [/^(project\.scripts|tool\.poetry\.scripts)$/, ''],
  [/^tool\.pdm\.scripts$/, 'pdm run '],
  [/^tool\.hatch\.envs\.default\.scripts$/, 'hatch run '],
  [/^tool\.poe\.tasks$/, 'poe '],
  [/^tool\.tox\.env\.([\w.-]+)$/, 'tox -e '],
];

/** The parts of a TOML manifest that pages speak of. */
type TomlFacts = Partial<Pick<ManifestFacts, 'name' | 'nameLine' | 'description' | 'descriptionLine'>> &
  Pick<ManifestFacts, 'scripts' | 'dependencies' | 'entries'>;

/** Reads a `Cargo.toml` or `pyproject.toml`: the forms that people and tools write, line by line. */
export function tomlManifest(path: string, lines: readonly string[]): TomlFacts {
  const dependencies = new Map<string, NamedPackage>();
  const scripts = new Map<string, ScriptFact>();
  const entries: EntryPoint[] = [];
  let named: Pick<TomlFacts, 'name' | 'nameLine'> = {};
  let described: Pick<TomlFacts, 'description' | 'descriptionLine'> = {};
  for (const { table, key, value, string, isItem, line } of tomlFields(lines.join('\n'))) {
    const needed = isItem ? listed({ table, key, value }) : declared(table, key);
    if (needed !== null && !dependencies.has(needed)) dependencies.set(needed, { name: needed, path, line });
    const command = commandOf(table, key);
    if (command !== null && !scripts.has(command)) scripts.set(command, { command, path, line });
    if (isItem) continue;
    if (PROJECT.test(table) && key === 'name') named = { name: string, nameLine: line };
    if (PROJECT.test(table) && key === 'description' && string !== null && string !== '')
      described = { description: string, descriptionLine: line };
    if (command === key) entries.push(...entriesOf(string, { path, line }));
  }
  return {
    ...named,
    ...described,
    scripts: [...scripts.values()].slice(0, MOST),
    entries: entries.slice(0, MOST),
    dependencies: [...dependencies.values()].slice(0, MOST),
  };
}

/** As it is typed; null for a key of another table. */
function commandOf(table: string, key: string): string | null {
  for (const [form, runner] of SCRIPTS) {
    const found = form.exec(table);
    if (found !== null) return `${runner}${runner === 'tox -e ' ? (found[1] ?? key) : key}`;
  }
  return null;
}

/** The files that may be the module of an entry point, as in `flask.cli:main`. */
function entriesOf(
  target: string | null,
  { path, line }: { readonly path: string; readonly line: number },
): EntryPoint[] {
  const module = /^([\w.]+)(?::|$)/.exec(target ?? '')?.[1]?.replaceAll('.', '/');
  if (module === undefined) return [];
  return [`src/${module}`, module]
    .flatMap((each) => [`${each}.py`, `${each}/__init__.py`])
    .map((name) => ({ name: inFolder(moduleOf(path), name), path, line, built: null }));
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
