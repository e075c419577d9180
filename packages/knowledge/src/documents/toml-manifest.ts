import type { ManifestFacts, NamedPackage, ScriptFact } from './repository-facts.ts';

const MOST = 60;
const PROJECT = /^(package|project|tool\.poetry)$/;
const DEPENDENCIES = /^(workspace\.)?dependencies$|^tool\.poetry\.dependencies$/;
const SCRIPTS =
  /^(project\.scripts|tool\.(poetry|pdm)\.scripts|tool\.hatch\.envs\.default\.scripts|tool\.poe\.tasks)$/;

/** The parts of a TOML manifest that pages speak of. */
type TomlFacts = Partial<Pick<ManifestFacts, 'name' | 'nameLine' | 'description' | 'descriptionLine'>> &
  Pick<ManifestFacts, 'scripts' | 'dependencies'>;

/** Reads a `Cargo.toml` or `pyproject.toml`: the forms that people and tools write, line by line. */
export function tomlManifest(path: string, lines: readonly string[]): TomlFacts {
  const reader = new TomlReader(path);
  for (const [index, line] of lines.entries()) reader.read(line, index + 1);
  return reader.facts();
}

class TomlReader {
  readonly #path: string;
  readonly #dependencies: NamedPackage[] = [];
  readonly #scripts: ScriptFact[] = [];
  #named: Partial<Pick<ManifestFacts, 'name' | 'nameLine'>> = {};
  #described: Partial<Pick<ManifestFacts, 'description' | 'descriptionLine'>> = {};
  #table = '';
  /** Inside the list of a Python project's requirements, which spreads over lines of strings. */
  #isList = false;

  constructor(path: string) {
    this.#path = path;
  }

  read(line: string, number: number): void {
    const heading = this.#isList ? undefined : /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(line)?.[1];
    if (heading !== undefined) this.#table = heading;
    else if (this.#isList || (this.#table === 'project' && /^\s*dependencies\s*=\s*\[/.test(line)))
      this.#readList(line, number);
    else this.#readField(line, number);
  }

  facts(): TomlFacts {
    return {
      ...this.#named,
      ...this.#described,
      scripts: this.#scripts.slice(0, MOST),
      dependencies: this.#dependencies.slice(0, MOST),
    };
  }

  #readList(text: string, line: number): void {
    const list = text.replace(/^\s*dependencies\s*=/, '');
    for (const [, name = ''] of list.matchAll(/["']([A-Za-z0-9_.-]+)[^"']*["']/g))
      this.#dependencies.push({ name, path: this.#path, line });
    this.#isList = !/\]\s*,?\s*(#.*)?$/.test(text);
  }

  #readField(text: string, line: number): void {
    const [, key, value = ''] = /^\s*["']?([\w.-]+)["']?\s*=\s*(.*)$/.exec(text) ?? [];
    if (key === undefined) return;
    const string = /^["']([^"']*)["']/.exec(value)?.[1] ?? null;
    const at = { path: this.#path, line };
    if (PROJECT.test(this.#table)) {
      if (key === 'name') this.#named = { name: string, nameLine: line };
      if (key === 'description') this.#described = { description: string, descriptionLine: line };
    } else if (SCRIPTS.test(this.#table)) this.#scripts.push({ command: key, ...at });
    else if (DEPENDENCIES.test(this.#table) && key !== 'python')
      this.#dependencies.push({ name: key.split('.')[0] ?? key, ...at });
  }
}
