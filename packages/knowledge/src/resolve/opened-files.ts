import type { ModuleRules, ModuleTarget, OpenFile } from './module-rules.ts';
import { topNames, type SurfaceSymbol } from './surface.ts';
import type { World } from './world.ts';

/** A symbol of a file. */
export interface Found {
  readonly file: OpenFile;
  readonly symbol: number;
}

export function symbolOf({ file, symbol }: Found): SurfaceSymbol | null {
  return file.symbols[symbol] ?? null;
}

const nowhere: ModuleTarget = { path: null, packageName: null };

/** The files that the resolution of one file opens, and the targets of their imports. Each is asked for once. */
export class OpenedFiles {
  readonly #world: World;
  readonly #rules: ModuleRules;
  readonly #self: OpenFile;
  readonly #opened = new Map<string, OpenFile | null>();
  readonly #targets = new Map<string, ModuleTarget>();

  constructor(world: World, rules: ModuleRules, self: OpenFile) {
    this.#world = world;
    this.#rules = rules;
    this.#self = self;
  }

  open(path: string): OpenFile | null {
    if (path === this.#self.path) return this.#self;
    const known = this.#opened.get(path);
    if (known !== undefined) return known;
    const surface = this.#world.surface(path);
    const file = surface === null ? null : { ...surface, path };
    this.#opened.set(path, file);
    return file;
  }

  targetOf(file: OpenFile, index: number): ModuleTarget {
    const key = `${file.path}\0${index}`;
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    const fact = file.imports[index];
    const target = fact === undefined ? nowhere : this.#rules.target(this.#world, file.path, fact);
    this.#targets.set(key, target);
    return target;
  }

  pathOf(file: OpenFile, index: number): string | null {
    return this.targetOf(file, index).path;
  }

  /** A name that another file of the same package defines. */
  inPackage(from: OpenFile, name: string): Found | null {
    for (const path of this.#rules.siblings?.(this.#world, from, name) ?? []) {
      const file = path === from.path ? null : this.open(path);
      const symbol = file === null ? undefined : topNames(file.symbols).get(name);
      if (file !== null && symbol !== undefined) return { file, symbol };
    }
    return null;
  }

  /** The files that may hold a method of a type outside the type's own definition, where the language allows that. */
  filesWithMethods({ file, symbol }: Found, name: string): readonly string[] {
    const owner = file.symbols[symbol];
    const { methods, siblings } = this.#rules;
    if (owner === undefined || methods === undefined) return [];
    if (methods === 'PACKAGE') return siblings?.(this.#world, file, owner.name) ?? [];
    return this.#world
      .symbolsNamed(name)
      .filter(({ key }) => key === `${owner.name}.${name}`)
      .map(({ path }) => path);
  }
}
