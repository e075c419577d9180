import type { Binding, TypeRef } from '../facts/file-facts.ts';
import { origins, type Origin } from './file-links.ts';
import { definitionOf, onlyDefinition, onlyMember, type Target } from './guessed-target.ts';
import type { ModuleRules, ModuleTarget, OpenFile } from './module-rules.ts';
import { OpenedFiles, symbolOf, type Found } from './opened-files.ts';
import { exportsOf, membersOf } from './surface.ts';
import { wayInto, type ImportBinding } from './way-into.ts';
import type { World } from './world.ts';

/** Types, re-exports and bases are followed this far; longer chains are given up, not guessed. */
const DEEPEST = 12;

/** A member of a type, and whether one of its bases has it. */
interface Member {
  readonly found: Found;
  readonly inherited: boolean;
}

/** Follows the bindings of one file through imports, re-exports, stated types and bases. */
export class LinkResolver {
  readonly #world: World;
  readonly #rules: ModuleRules;
  readonly #self: OpenFile;
  readonly #files: OpenedFiles;
  /** Files that pass on nothing of a name. */
  readonly #searched = new Set<string>();

  constructor(world: World, rules: ModuleRules, self: OpenFile) {
    this.#world = world;
    this.#rules = rules;
    this.#self = self;
    this.#files = new OpenedFiles(world, rules, self);
  }

  /** The target of an import of this file. */
  target(index: number): ModuleTarget {
    return this.#files.targetOf(this.#self, index);
  }

  /** The symbol a binding of this file leads to; null where it leads outside, nowhere, or to more than one place. */
  resolve(binding: Binding): Target | null {
    const found = this.#bound(binding);
    const isOpen = this.#rules.isOpen === true && found !== null && origins[found.origin] === 'PROVEN';
    return isOpen ? { ...found, origin: 'open-definition' } : found;
  }

  #bound(binding: Binding): Target | null {
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

  #imported(binding: ImportBinding): Target | null {
    const self = this.#self;
    const found = this.#behind(self, binding, 0);
    if (found === null) return null;
    const { path, inside } = this.#files.targetOf(self, binding.import);
    const isDirect = path === found.file.path;
    if (inside !== undefined) return targetOf(found, isDirect ? 'module-path' : 'followed-reexport');
    if (binding.path.length > 0 && binding.name !== '*') return targetOf(found, 'import-member');
    // The files of a package are one module.
    if (!isDirect && this.#rules.parts === undefined) return targetOf(found, 'followed-reexport');
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

  #onlyMember(name: string): Target | null {
    const imported = (): string[] => this.#importedPaths();
    return onlyMember({ world: this.#world, rules: this.#rules, self: this.#self, imported }, name);
  }

  #onlyName(name: string): Target | null {
    const sibling = this.#files.inPackage(this.#self, name);
    if (sibling !== null) return targetOf(sibling, 'same-package');
    const brought = this.#byWildcard(this.#self, name, 0);
    if (brought !== null)
      return this.#rules.declarations === 'APART'
        ? this.#definitionOf(brought, name)
        : targetOf(brought, 'wildcard-import');
    // A language with packages knows all names in reach: one that is not found is defined elsewhere.
    if (this.#rules.siblings !== undefined) return null;
    // Without an include that is read, a name of the library is the library's.
    const isOfLibrary = this.#rules.declarations === 'APART' && this.#rules.isCommon?.(name) === true;
    return isOfLibrary ? null : onlyDefinition(this.#world, name);
  }

  /** The definition behind a declaration in a header, where there is exactly one; else the declaration. */
  #definitionOf(declared: Found, name: string): Target | null {
    const symbol = symbolOf(declared);
    const defined = symbol === null || symbol.isExported ? null : definitionOf(this.#world, symbol, name);
    return defined ?? targetOf(declared, 'included-header');
  }

  /** A name that one import brings into scope together with all others of its module; null where two do. */
  #byWildcard(from: OpenFile, name: string, depth: number): Found | null {
    let only: Found | null = null;
    for (const [index, { isWildcard }] of from.imports.entries()) {
      const found =
        isWildcard && depth <= DEEPEST ? this.#through(from, index, { name, depth: depth + 1 }) : null;
      if (found === null) continue;
      if (only !== null && (only.file.path !== found.file.path || only.symbol !== found.symbol)) return null;
      only = found;
    }
    return only;
  }

  /** A name inside the target of a wildcard import: a module, or a type whose members it imports. */
  #through(from: OpenFile, index: number, { name, depth }: { name: string; depth: number }): Found | null {
    const { path, inside = [] } = this.#files.targetOf(from, index);
    if (path === null) return null;
    const [first, ...rest] = [...inside, name];
    return first === undefined ? null : this.#memberAlong(this.#exported(path, first, depth), rest);
  }

  /** The files of an import's package that define some of the names; the one it leads to where none does. */
  filesBehind(index: number, names: Iterable<string>): string[] {
    const { path, inside } = this.#files.targetOf(this.#self, index);
    const { parts } = this.#rules;
    if (path === null) return [];
    if (parts === undefined || inside !== undefined) return [path];
    const found = new Set<string>();
    for (const name of names) {
      const isOwn =
        this.#self.imports[index]?.isWildcard === true && this.#files.inPackage(this.#self, name) !== null;
      const file = isOwn
        ? undefined
        : parts(this.#world, path, name).find((part) => {
            const open = this.#files.open(part);
            return open !== null && exportsOf(open).has(name);
          });
      if (file !== undefined) found.add(file);
    }
    return found.size === 0 ? [path] : [...found].sort();
  }

  #importedPaths(): string[] {
    const paths = this.#self.imports.map((_, index) => this.#files.pathOf(this.#self, index));
    return paths.filter((path) => path !== null);
  }

  /** The symbol behind an imported name and the members that follow it. */
  #behind(from: OpenFile, binding: ImportBinding, depth: number): Found | null {
    const { path: target, inside } = this.#files.targetOf(from, binding.import);
    if (target === null || depth > DEEPEST) return null;
    let module = target;
    const isRequired = from.imports[binding.import]?.kind === 'REQUIRE';
    let [name, ...rest] = wayInto(binding, { inside, isRequired });
    if (name === undefined) return null;
    let found = this.#exported(module, name, depth + 1);
    while (found === null) {
      const next: string | null = this.#rules.submodule?.(this.#world, module, name) ?? null;
      const [first, ...others] = rest;
      if (next === null || first === undefined) return null;
      [module, name, rest] = [next, first, others];
      found = this.#exported(module, name, depth + 1);
    }
    return this.#memberAlong(found, rest);
  }

  #memberAlong(start: Found | null, path: readonly string[]): Found | null {
    let found = start;
    for (const member of path) {
      const owner = found === null ? null : this.#holderOf(found);
      found = owner === null ? null : (this.#memberOf(owner, member, 0)?.found ?? null);
    }
    return found;
  }

  /** The owner of the members that follow a name: of a variable or field, the type that it states. */
  #holderOf(found: Found): Found | null {
    const symbol = symbolOf(found);
    const isValue = symbol !== null && /^(?:VARIABLE|CONSTANT|FIELD)$/.test(symbol.kind);
    return isValue && symbol.type !== null ? this.#typed(found.file, symbol.type, 0) : found;
  }

  /** The symbol that a file exports under a name, wherever it is defined. */
  #exported(path: string, name: string, depth: number): Found | null {
    const file = depth > DEEPEST ? null : this.#files.open(path);
    if (file === null) return null;
    const own = exportsOf(file).get(name);
    if (own !== undefined) return own.binding === null ? null : this.#followed(file, own.binding, depth + 1);
    if (name === 'default') return null;
    for (const part of this.#rules.parts?.(this.#world, path, name) ?? []) {
      const other = part === path ? null : this.#files.open(part);
      const binding = other === null ? undefined : exportsOf(other).get(name)?.binding;
      if (other !== null && binding) return this.#followed(other, binding, depth + 1);
    }
    return this.#passedOn(file, name, depth + 1);
  }

  /** A name of another file that a file exports with everything else of that file. */
  #passedOn(file: OpenFile, name: string, depth: number): Found | null {
    // Files that pass on everything of each other form circles and diamonds: each is searched for a name once.
    const search = `${file.path}\0${name}`;
    if (this.#searched.has(search)) return null;
    this.#searched.add(search);
    for (const { name: exported, binding } of file.exports) {
      if (exported !== '*' || binding?.to !== 'IMPORT') continue;
      const target = this.#files.pathOf(file, binding.import);
      const found = target === null ? null : this.#exported(target, name, depth);
      if (found === null) continue;
      this.#searched.delete(search);
      return found;
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
        const found = this.#files.inPackage(file, type.name) ?? this.#byWildcard(file, type.name, depth + 1);
        return found === null ? null : this.#ownerOf(found, depth + 1);
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

  /** The type that an alias or a constant names; other symbols are their own owner. */
  #ownerOf(found: Found, depth: number): Found | null {
    const symbol = symbolOf(found);
    if (symbol === null) return null;
    if (/^(CLASS|INTERFACE|ENUM|NAMESPACE|MODULE)$/.test(symbol.kind)) return found;
    if (symbol.type !== null) return this.#typed(found.file, symbol.type, depth);
    return found;
  }

  /** A member by its name: of the owner itself, or of one of its bases. */
  #memberOf(owner: Found, name: string, depth: number): Member | null {
    if (depth > DEEPEST) return null;
    const { file } = owner;
    const own = membersOf(file.symbols, owner.symbol).get(name);
    if (own !== undefined) {
      const found = { file, symbol: own };
      return this.#declaredAbove(owner, found, depth) ?? { found, inherited: depth > 0 };
    }
    const elsewhere = this.#methodElsewhere(owner, name, depth);
    if (elsewhere !== null) return { found: elsewhere, inherited: depth > 0 };
    return this.#inherited(owner, name, depth);
  }

  /** The declaration in a base of a member that its own class only gives a value. */
  #declaredAbove(owner: Found, member: Found, depth: number): Member | null {
    const [symbol, isOnlyGiven] = [symbolOf(member), this.#rules.isOnlyGiven];
    if (symbol === null || isOnlyGiven?.(symbol) !== true) return null;
    const above = this.#inherited(owner, symbol.name, depth);
    const declared = above === null ? null : symbolOf(above.found);
    return declared === null || isOnlyGiven(declared) ? null : above;
  }

  #inherited(owner: Found, name: string, depth: number): Member | null {
    const { file } = owner;
    for (const base of symbolOf(owner)?.bases ?? []) {
      const above = this.#typed(file, base, depth + 1);
      if (above === null || (above.file.path === file.path && above.symbol === owner.symbol)) continue;
      const found = this.#memberOf(above, name, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  /** A method that stands in another file than its type, where the language lets it. */
  #methodElsewhere(owner: Found, called: string, depth: number): Found | null {
    const name = called.replace(/\(\)$/, '');
    const prefix = `${symbolOf(owner)?.name ?? ''}.`;
    for (const path of this.#files.filesWithMethods(owner, name)) {
      const file = this.#files.open(path);
      if (file === null) continue;
      const method = file.symbols.findIndex(
        (each) => each.owner !== null && each.name === name && each.key.startsWith(prefix),
      );
      const stated = file.symbols[method]?.owner ?? null;
      if (stated === null) continue;
      const isOfPackage = stated.of === 'NAME' && this.#rules.methods === 'PACKAGE';
      const type = isOfPackage ? owner : this.#typed(file, stated, depth + 1);
      if (type?.file.path === owner.file.path && type.symbol === owner.symbol)
        return { file, symbol: method };
    }
    return null;
  }
}

function targetOf(found: Found, origin: Origin): Target | null {
  const symbol = symbolOf(found);
  return symbol === null ? null : { origin, path: found.file.path, key: symbol.key };
}
