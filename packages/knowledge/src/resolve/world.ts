import type { SymbolKind } from '../facts/file-facts.ts';
import type { FileSurface } from './surface.ts';

/** A definition somewhere in the snapshot. */
export interface NamedSymbol {
  readonly path: string;
  readonly key: string;
  readonly kind: SymbolKind;
}

/** Everything the resolution of a batch of files asked for and that is not loaded yet. */
export interface Wanted {
  readonly paths: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  readonly surfaces: ReadonlySet<string>;
  readonly configs: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

/** What the caller loads, answer by answer. */
export interface Loaded {
  /** Whether each path is a file of the snapshot. */
  readonly paths?: ReadonlyMap<string, boolean>;
  /** The names of the files in each folder. */
  readonly folders?: ReadonlyMap<string, readonly string[]>;
  /** The surface of each file; null where it has none. */
  readonly surfaces?: ReadonlyMap<string, FileSurface | null>;
  /** The text of each manifest; null where there is none. */
  readonly configs?: ReadonlyMap<string, string | null>;
  /** The files that declare each package, by `language:name`. */
  readonly packages?: ReadonlyMap<string, readonly string[]>;
  /** The exported definitions of each name, at most a few dozen. */
  readonly names?: ReadonlyMap<string, readonly NamedSymbol[]>;
}

/**
 * The snapshot as the resolution of one file sees it. An answer that is not loaded yet is recorded as wanted and taken
 * for "not there": what came of it is thrown away, and the file is resolved again once the answer is loaded. So the
 * rules read as plain synchronous code, and a batch of files costs a handful of queries whatever they import.
 *
 * Every question is recorded too. A file's links are a function of its own text and of the answers to these questions,
 * so it has to be resolved again exactly when one of the answers changes.
 */
export class World {
  readonly #paths = new Map<string, boolean>();
  readonly #folders = new Map<string, readonly string[]>();
  readonly #surfaces = new Map<string, FileSurface | null>();
  readonly #configs = new Map<string, string | null>();
  readonly #parsed = new Map<string, unknown>();
  readonly #packages = new Map<string, readonly string[]>();
  readonly #names = new Map<string, readonly NamedSymbol[]>();
  #wanted = emptyWanted();
  #reads = new Set<string>();
  #isComplete = true;

  load(loaded: Loaded): void {
    copyInto(this.#paths, loaded.paths);
    copyInto(this.#folders, loaded.folders);
    copyInto(this.#surfaces, loaded.surfaces);
    copyInto(this.#configs, loaded.configs);
    copyInto(this.#packages, loaded.packages);
    copyInto(this.#names, loaded.names);
  }

  /** Runs the resolution of one file. Null when it asked for something that is not loaded. */
  attempt<T>(resolve: () => T): { readonly result: T; readonly reads: readonly string[] } | null {
    this.#reads = new Set();
    this.#isComplete = true;
    const result = resolve();
    return this.#isComplete ? { result, reads: [...this.#reads].sort() } : null;
  }

  /** Everything asked for in vain since the last call. */
  takeWanted(): Wanted {
    const wanted = this.#wanted;
    this.#wanted = emptyWanted();
    return wanted;
  }

  isFile(path: string): boolean {
    this.#reads.add(`path:${path}`);
    return this.#ask(this.#paths, this.#wanted.paths, path, false);
  }

  filesIn(folder: string): readonly string[] {
    this.#reads.add(`folder:${folder}`);
    return this.#ask(this.#folders, this.#wanted.folders, folder, []);
  }

  surface(path: string): FileSurface | null {
    this.#reads.add(`surface:${path}`);
    return this.#ask(this.#surfaces, this.#wanted.surfaces, path, null);
  }

  /** A manifest, parsed once; null where there is none or it cannot be parsed. */
  config<T>(path: string, parse: (text: string) => T): T | null {
    this.#reads.add(`config:${path}`);
    const text = this.#ask(this.#configs, this.#wanted.configs, path, null);
    if (text === null) return null;
    const key = `${parse.name} ${path}`;
    if (!this.#parsed.has(key))
      this.#parsed.set(
        key,
        orNull(() => parse(text)),
      );
    // The map holds what this very parser made of this very path.
    return this.#parsed.get(key) as T | null;
  }

  /** The files that declare a package of a language, as in Go, Java or PHP, or the manifests of a workspace's package. */
  packageFiles(language: string, name: string): readonly string[] {
    this.#reads.add(`package:${language}:${name}`);
    return this.#ask(this.#packages, this.#wanted.packages, `${language}:${name}`, []);
  }

  symbolsNamed(name: string): readonly NamedSymbol[] {
    this.#reads.add(`name:${name}`);
    return this.#ask(this.#names, this.#wanted.names, name, []);
  }

  #ask<V>(known: ReadonlyMap<string, V>, wanted: Set<string>, key: string, otherwise: V): V {
    const value = known.get(key);
    if (value !== undefined) return value;
    wanted.add(key);
    this.#isComplete = false;
    return otherwise;
  }
}

function copyInto<V>(target: Map<string, V>, given: ReadonlyMap<string, V> | undefined): void {
  for (const [key, value] of given ?? []) target.set(key, value);
}

function emptyWanted() {
  return {
    paths: new Set<string>(),
    folders: new Set<string>(),
    surfaces: new Set<string>(),
    configs: new Set<string>(),
    packages: new Set<string>(),
    names: new Set<string>(),
  };
}

function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
