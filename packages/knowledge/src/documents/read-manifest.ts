import { inFolder } from '../resolve/paths.ts';
import { parseJsonc } from '../resolve/parse-jsonc.ts';
import { builtEntries } from './built-entries.ts';
import type { ManifestFacts, NamedPackage, ScriptFact } from './repository-facts.ts';
import { pomManifest } from './pom-manifest.ts';
import { tomlManifest } from './toml-manifest.ts';

/** The names of manifests that are read, in the order in which a page speaks of them. */
export const manifestNames = [
  'package.json',
  'pyproject.toml',
  'go.mod',
  'Cargo.toml',
  'composer.json',
  'pom.xml',
  'Makefile',
  'justfile',
  'Rakefile',
  'tox.ini',
] as const;

const MOST = 60;

/** Reads what a page says of a manifest; null for a text that is none. */
export function readManifest(path: string, text: string): ManifestFacts | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const lines = text.split('\n');
  switch (name) {
    case 'package.json':
    case 'composer.json':
      return orNull(() =>
        jsonManifest(path, { text, lines, runner: name === 'package.json' ? 'npm run' : 'composer run' }),
      );
    case 'pyproject.toml':
    case 'Cargo.toml':
      return { ...empty(path, name), ...tomlManifest(path, lines) };
    case 'go.mod':
      return goManifest(path, lines);
    case 'pom.xml':
      return { ...empty(path, name), ...pomManifest(path, text) };
    case 'Makefile':
    case 'justfile':
      return { ...empty(path, name), scripts: targets(path, lines, name === 'Makefile' ? 'make' : 'just') };
    case 'Rakefile':
    case 'tox.ini':
      return { ...empty(path, name), scripts: namedIn(path, lines, name) };
    default:
      return null;
  }
}

function empty(path: string, kind: string): ManifestFacts {
  return {
    path,
    kind,
    name: null,
    nameLine: 1,
    description: null,
    descriptionLine: 1,
    scripts: [],
    dependencies: [],
    entries: [],
  };
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

interface JsonText {
  readonly text: string;
  readonly lines: readonly string[];
  readonly runner: string;
}

function jsonManifest(path: string, { text, lines, runner }: JsonText): ManifestFacts {
  const json = recordOf(parseJsonc(text));
  const isNpm = runner === 'npm run';
  const keyLine = (key: string, section?: string): number => {
    const from =
      section === undefined
        ? 0
        : Math.max(
            0,
            lines.findIndex((line) => line.includes(`"${section}"`)),
          );
    const at = lines.findIndex(
      (line, index) => index >= from && line.includes(`${JSON.stringify(key)}:`.slice(0, -1)),
    );
    return at < 0 ? from + 1 : at + 1;
  };
  const scripts = Object.entries(recordOf(json['scripts'])).map(([script]): ScriptFact => ({
    command: isNpm ? npmCommand(script) : `${runner} ${script}`,
    path,
    line: keyLine(script, 'scripts'),
  }));
  const section = isNpm ? 'dependencies' : 'require';
  return {
    path,
    kind: isNpm ? 'package.json' : 'composer.json',
    name: stringOf(json['name']),
    nameLine: keyLine('name'),
    description: stringOf(json['description']),
    descriptionLine: keyLine('description'),
    scripts: scripts
      .filter(({ command }) => !/^(npm run|composer run) (pre|post)[a-z]/.test(command))
      .slice(0, MOST),
    dependencies: Object.keys(recordOf(json[section]))
      .map((name) => ({ name, path, line: keyLine(name, section) }))
      .slice(0, MOST),
    entries: isNpm ? builtEntries(json, { path, lines }) : [],
  };
}

const npmCommand = (script: string): string =>
  script === 'start' || script === 'test' ? `npm ${script}` : `npm run ${script}`;

function goManifest(path: string, lines: readonly string[]): ManifestFacts {
  const facts = empty(path, 'go.mod');
  let name: string | null = null;
  let nameLine = 1;
  let isRequiring = false;
  const dependencies: NamedPackage[] = [];
  for (const [index, line] of lines.entries()) {
    const words = line
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/);
    if (words[0] === 'module' && words[1] !== undefined)
      [name, nameLine] = [words[1].replace(/^"(.*)"$/, '$1'), index + 1];
    else if (words[0] === 'require' && words[1] === '(') isRequiring = true;
    else if (words[0] === ')') isRequiring = false;
    else {
      const required = words[0] === 'require' ? words[1] : isRequiring ? words[0] : undefined;
      if (required !== undefined && required !== '' && !/\/\/ indirect/.test(line))
        dependencies.push({ name: required, path, line: index + 1 });
    }
  }
  return { ...facts, name, nameLine, dependencies: dependencies.slice(0, MOST) };
}

/** Targets that people call: not patterns, files or hidden ones. */
function targets(path: string, lines: readonly string[], runner: string): ScriptFact[] {
  const found = new Map<string, ScriptFact>();
  for (const [index, line] of lines.entries()) {
    const name = /^@?([a-zA-Z][\w-]*)(?:\s+[^:=]*)?:(?![=:])/.exec(line)?.[1];
    if (
      name !== undefined &&
      !found.has(name) &&
      !/^(export|set|alias|define|ifdef|ifeq|else|endif)$/.test(name)
    )
      found.set(name, { command: `${runner} ${name}`, path, line: index + 1 });
  }
  return [...found.values()].slice(0, MOST);
}

/** Tasks that a Rakefile describes at its top, and environments of tox: what people call by its name. */
function namedIn(path: string, lines: readonly string[], kind: 'Rakefile' | 'tox.ini'): ScriptFact[] {
  const [form, runner] =
    kind === 'tox.ini'
      ? [/^\[testenv:([\w.-]+)\]/, 'tox -e']
      : [/^(?:task\s*\(?\s*:?["']?|Rake::TestTask\.new\s*\(?\s*:)(\w[\w:]*)/, 'rake'];
  const found = new Map<string, ScriptFact>();
  for (const [index, line] of lines.entries()) {
    const name = form.exec(line)?.[1];
    if (name !== undefined && !found.has(name))
      found.set(name, { command: `${runner} ${name}`, path, line: index + 1 });
  }
  return [...found.values()].slice(0, MOST);
}

/** The paths of all manifests that a folder may have. */
export const manifestsOf = (folder: string): string[] => manifestNames.map((name) => inFolder(folder, name));

const stringOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
