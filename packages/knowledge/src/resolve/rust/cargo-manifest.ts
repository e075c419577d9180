/** The parts of a `Cargo.toml` that resolution reads. */
export interface CargoManifest {
  /** The name of the package; null in a manifest that only holds a workspace together. */
  readonly name: string | null;
  /** The file of the library where it is not the usual one, relative to the manifest. */
  readonly libPath: string | null;
  /** The name under which code knows the library, where it is not the package's. */
  readonly libName: string | null;
  /** Files of programs, tests, examples and benchmarks that the manifest names. */
  readonly programs: readonly string[];
  readonly dependencies: ReadonlyMap<string, CargoDependency>;
  /** Dependencies that packages of the workspace may take over. */
  readonly shared: ReadonlyMap<string, CargoDependency>;
}

interface CargoDependency {
  /** The folder of a dependency in the same repository, relative to the manifest. */
  readonly path: string | null;
  /** The true name of a dependency that is known by another one. */
  readonly package: string | null;
  readonly isShared: boolean;
}

const MOST_LINES = 50_000;

/**
 * Reads the paths and names in a `Cargo.toml`. Only the forms that Cargo's own tools and people write are known:
 * tables in brackets, strings on one line, and inline tables on one line.
 */
export function parseCargoManifest(text: string): CargoManifest {
  const manifest: OpenManifest = {
    name: null,
    libPath: null,
    libName: null,
    programs: [],
    dependencies: new Map(),
    shared: new Map(),
  };
  let table = '';
  for (const line of text.split('\n', MOST_LINES)) {
    const heading = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?/.exec(line)?.[1];
    if (heading !== undefined) {
      table = heading.replace(/["']/g, '');
      continue;
    }
    const [, key, value] = /^\s*["']?([\w.-]+)["']?\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    readField(manifest, table, { key, value });
  }
  return manifest;
}

/** A manifest while it is read. */
interface OpenManifest {
  name: string | null;
  libPath: string | null;
  libName: string | null;
  readonly programs: string[];
  readonly dependencies: Map<string, CargoDependency>;
  readonly shared: Map<string, CargoDependency>;
}

interface Field {
  readonly key: string;
  readonly value: string;
}

function readField(manifest: OpenManifest, table: string, { key, value }: Field): void {
  const string = /^["']([^"']*)["']/.exec(value)?.[1] ?? null;
  if (table === 'package' && key === 'name') manifest.name = string;
  else if (table === 'lib' && key === 'path') manifest.libPath = string;
  else if (table === 'lib' && key === 'name') manifest.libName = string;
  else if (/^(bin|test|example|bench)$/.test(table) && key === 'path' && string !== null)
    manifest.programs.push(string);
  else readDependency(manifest, table, { key, value });
}

function readDependency(manifest: OpenManifest, table: string, { key, value }: Field): void {
  const [, kind, own] = /(?:^|\.)((?:dev-|build-)?dependencies)(?:\.([\w-]+))?$/.exec(table) ?? [];
  if (kind === undefined) return;
  const target = table.startsWith('workspace.') ? manifest.shared : manifest.dependencies;
  // `[dependencies.name]` spreads over lines what `name = { … }` says on one, and `name.workspace = true` is a third form.
  const [name = '', field] = own === undefined ? key.split('.') : [own, key];
  const inline = field === undefined ? value : `{ ${field} = ${value} }`;
  const before = target.get(name);
  const stringOf = (name: string): string | null =>
    new RegExp(`[{,]\\s*${name}\\s*=\\s*["']([^"']*)["']`).exec(inline)?.[1] ?? null;
  target.set(name, {
    path: stringOf('path') ?? before?.path ?? null,
    package: stringOf('package') ?? before?.package ?? null,
    isShared: /\bworkspace\s*=\s*true/.test(inline) || before?.isShared === true,
  });
}
