import type { Binding, ImportFact, TypeRef } from '../facts/file-facts.ts';
import type { Origin } from './file-links.ts';
import type { FileSurface, SurfaceSymbol } from './surface.ts';
import type { World } from './world.ts';

/** Types, re-exports and bases are followed this far; longer chains are given up, not guessed. */
const DEEPEST = 12;

/** How a language finds the file or package behind an import. */
export interface ModuleRules {
  target(world: World, from: string, fact: ImportFact): { path: string | null; packageName: string | null };
  /** Where a name that is neither defined nor imported may be defined without an import: the same package. */
  /** A module of a package that is reached as a member of it; null where there is none of that name. */
  readonly submodule?: (world: World, packagePath: string, name: string) => string | null;
  readonly siblings?: (world: World, from: string, packageName: string | null) => readonly string[];
}

/** A file as its own references see it: everything it defines, not only what it exports. */
export interface OpenFile extends FileSurface {
  readonly path: string;
}

/** A symbol of a file. */
interface Found {
  readonly file: OpenFile;
  readonly symbol: number;
}

/** A found target, and the rule that found it. */
interface Target {
  readonly origin: Origin;
  readonly path: string;
  readonly key: string;
}

/** Follows the bindings of one file through imports, re-exports, stated types and bases. */
export class LinkResolver {
  readonly #world: World;
  readonly #rules: ModuleRules;
  readonly #self: OpenFile;
  readonly #targets = new Map<string, string | null>();

  constructor(world: World, rules: ModuleRules, self: OpenFile) {
    this.#world = world;
    this.#rules = rules;
    this.#self = self;
  }

  /** The symbol a binding of this file leads to; null where it leads outside, nowhere, or to more than one place. */
  resolve(binding: Binding): Target | null {
    const self = this.#self;
    switch (binding.to) {
      case 'SYMBOL':
        return targetOf({ file: self, symbol: binding.symbol }, 'same-file');
      case 'IMPORT':
        return this.#imported(binding);
      case 'MEMBER':
        return this.#member(binding.type, binding.name);
      case 'NAME':
        return binding.member ? this.#onlyMember(binding.name) : this.#onlyName(binding.name);
    }
  }

  #imported(binding: Extract<Binding, { to: 'IMPORT' }>): Target | null {
    const self = this.#self;
    const found = this.#behind(self, binding, 0);
    if (found === null) return null;
    if (binding.path.length > 0 && binding.name !== '*') return targetOf(found, 'import-member');
    const direct = this.#pathOf(self, binding.import) === found.file.path;
    if (!direct) return targetOf(found, 'followed-reexport');
    if (binding.name === '*') return targetOf(found, 'import-namespace');
    return targetOf(found, binding.name === 'default' ? 'import-default' : 'import-named');
  }

  #member(type: TypeRef, name: string): Target | null {
    const owner = this.#typed(this.#self, type, 0);
    if (owner === null) return null;
    const member = this.#memberOf(owner, name, 0);
    if (member === null) return null;
    const isOwn = member.found.file.path === owner.file.path && !member.inherited;
    const origin =
      member.inherited || !isOwn
        ? 'inherited-member'
        : type.of === 'RESULT'
          ? 'stated-result'
          : 'stated-type';
    return targetOf(member.found, origin);
  }

  /** A call on a receiver of unknown type: found when only one member of that name can be meant. */
  #onlyMember(name: string): Target | null {
    const members = this.#world.symbolsNamed(name).filter(({ kind }) => kind === 'METHOD');
    const imported = new Set([this.#self.path, ...this.#importedPaths()]);
    const near = members.filter(({ path }) => imported.has(path));
    const [onlyNear] = near;
    if (near.length === 1 && onlyNear !== undefined)
      return { origin: 'only-member-imported', path: onlyNear.path, key: onlyNear.key };
    const [only] = members;
    return members.length === 1 && only !== undefined
      ? { origin: 'only-member-of-name', path: only.path, key: only.key }
      : null;
  }

  #onlyName(name: string): Target | null {
    const { path, packageName } = this.#self;
    const siblings = this.#rules.siblings?.(this.#world, path, packageName) ?? [];
    for (const sibling of siblings) {
      const file = this.#open(sibling);
      const symbol = file?.symbols.findIndex((each) => each.parent === null && each.name === name) ?? -1;
      if (file !== null && symbol >= 0) return targetOf({ file, symbol }, 'same-package');
    }
    const candidates = this.#world
      .symbolsNamed(name)
      .filter(({ kind, key }) => kind !== 'METHOD' && kind !== 'FIELD' && !key.includes('.'));
    const [only] = candidates;
    return candidates.length === 1 && only !== undefined
      ? { origin: 'only-definition-of-name', path: only.path, key: only.key }
      : null;
  }

  #importedPaths(): string[] {
    const paths = this.#self.imports.map((_, index) => this.#pathOf(this.#self, index));
    return paths.filter((path) => path !== null);
  }

  /** The symbol behind an imported name and the members that follow it. */
  #behind(from: OpenFile, binding: Extract<Binding, { to: 'IMPORT' }>, depth: number): Found | null {
    const target = this.#pathOf(from, binding.import);
    if (target === null || depth > DEEPEST) return null;
    let { name } = binding;
    let rest = binding.path;
    if (name === '*') {
      const [first, ...others] = rest;
      const isRequired = from.imports[binding.import]?.kind === 'REQUIRE';
      // `const parse = require('./parse')` means what the module exports as a whole.
      if (first === undefined) return isRequired ? this.#exported(target, 'default', depth + 1) : null;
      [name, rest] = [first, others];
    }
    let found = this.#exported(target, name, depth + 1);
    for (let module = target; found === null;) {
      const next = this.#rules.submodule?.(this.#world, module, name) ?? null;
      const [first, ...others] = rest;
      if (next === null || first === undefined) return null;
      [module, name, rest] = [next, first, others];
      found = this.#exported(module, name, depth + 1);
    }
    for (const member of rest) {
      if (found === null) return null;
      found = this.#memberOf(found, member, 0)?.found ?? null;
    }
    return found;
  }

  /** What a file exports under a name, wherever it is defined. */
  #exported(path: string, name: string, depth: number): Found | null {
    if (depth > DEEPEST) return null;
    const file = this.#open(path);
    if (file === null) return null;
    const own = file.exports.find((each) => each.name === name);
    if (own !== undefined) return own.binding === null ? null : this.#followed(file, own.binding, depth + 1);
    if (name === 'default') return null;
    for (const { name: exported, binding } of file.exports) {
      if (exported !== '*' || binding?.to !== 'IMPORT') continue;
      const target = this.#pathOf(file, binding.import);
      const found = target === null ? null : this.#exported(target, name, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  #followed(file: OpenFile, binding: Binding, depth: number): Found | null {
    if (binding.to === 'SYMBOL')
      return file.symbols[binding.symbol] === undefined ? null : { file, symbol: binding.symbol };
    if (binding.to === 'IMPORT') return this.#behind(file, binding, depth);
    if (binding.to !== 'MEMBER') return null;
    const owner = this.#typed(file, binding.type, depth);
    return owner === null ? null : (this.#memberOf(owner, binding.name, 0)?.found ?? null);
  }

  /** The class, interface or other owner of members that a type names. */
  #typed(file: OpenFile, type: TypeRef, depth: number): Found | null {
    if (depth > DEEPEST) return null;
    switch (type.of) {
      case 'SYMBOL':
        return this.#ownerOf({ file, symbol: type.symbol }, depth + 1);
      case 'IMPORT': {
        const found = this.#behind(
          file,
          { to: 'IMPORT', import: type.import, name: type.name, path: type.path },
          depth + 1,
        );
        return found === null ? null : this.#ownerOf(found, depth + 1);
      }
      case 'MEMBER': {
        const owner = this.#typed(file, type.type, depth + 1);
        const member = owner === null ? null : this.#memberOf(owner, type.name, 0);
        return member === null ? null : this.#stated(member.found, depth + 1);
      }
      case 'RESULT': {
        const callee = this.#followed(file, type.callee, depth + 1);
        return callee === null ? null : this.#stated(callee, depth + 1);
      }
      case 'NAME': {
        const siblings = this.#rules.siblings?.(this.#world, file.path, file.packageName) ?? [];
        for (const sibling of siblings) {
          const open = this.#open(sibling);
          const symbol =
            open?.symbols.findIndex((each) => each.parent === null && each.name === type.name) ?? -1;
          if (open !== null && symbol >= 0) return this.#ownerOf({ file: open, symbol }, depth + 1);
        }
        return null;
      }
    }
  }

  /** The stated type or result of a symbol; a class that is called or constructed is its own result. */
  #stated(found: Found, depth: number): Found | null {
    const symbol = symbolOf(found);
    if (symbol === null) return null;
    if (symbol.type !== null) return this.#typed(found.file, symbol.type, depth);
    return symbol.kind === 'CLASS' ? found : null;
  }

  /** An alias or a constant stands for the type that it names. */
  #ownerOf(found: Found, depth: number): Found | null {
    const symbol = symbolOf(found);
    if (symbol === null) return null;
    if (/^(CLASS|INTERFACE|ENUM|NAMESPACE|MODULE)$/.test(symbol.kind)) return found;
    if (symbol.type !== null) return this.#typed(found.file, symbol.type, depth);
    return found;
  }

  /** A member by its name: of the owner itself, or of what it extends. */
  #memberOf(owner: Found, name: string, depth: number): { found: Found; inherited: boolean } | null {
    if (depth > DEEPEST) return null;
    const { file } = owner;
    const own = file.symbols.findIndex((each) => each.parent === owner.symbol && each.name === name);
    if (own >= 0) return { found: { file, symbol: own }, inherited: depth > 0 };
    for (const base of symbolOf(owner)?.bases ?? []) {
      const above = this.#typed(file, base, depth + 1);
      if (above === null || (above.file.path === file.path && above.symbol === owner.symbol)) continue;
      const found = this.#memberOf(above, name, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  #open(path: string): OpenFile | null {
    if (path === this.#self.path) return this.#self;
    const surface = this.#world.surface(path);
    return surface === null ? null : { ...surface, path };
  }

  #pathOf(file: OpenFile, index: number): string | null {
    const key = `${file.path}\0${index}`;
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    const fact = file.imports[index];
    const { path } = fact === undefined ? { path: null } : this.#rules.target(this.#world, file.path, fact);
    this.#targets.set(key, path);
    return path;
  }
}

function symbolOf({ file, symbol }: Found): SurfaceSymbol | null {
  return file.symbols[symbol] ?? null;
}

function targetOf(found: Found, origin: Origin): Target | null {
  const symbol = symbolOf(found);
  return symbol === null ? null : { origin, path: found.file.path, key: symbol.key };
}
