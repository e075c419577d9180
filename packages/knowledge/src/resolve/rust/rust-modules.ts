import type { ImportFact } from '../../facts/file-facts.ts';
import type { ModuleRules, ModuleTarget } from '../module-rules.ts';
import { exportsOf } from '../surface.ts';
import type { World } from '../world.ts';
import { crateOf, dependencyOf } from './crates.ts';
import { importNamed, moduleFile, parentOf, rootOf } from './module-tree.ts';

/** Re-exports of modules are followed this far. */
const DEEPEST = 10;
/** Crates that come with the compiler. */
const standard: ReadonlySet<string> = new Set(['std', 'core', 'alloc', 'proc_macro', 'test']);

const outside = (packageName: string | null): ModuleTarget => ({ path: null, packageName });

/** Rust's rules: paths through the tree of modules that `mod` declares, and crates by the manifests of Cargo. */
export const rustModules: ModuleRules = {
  target: (world, from, fact) => targetOf({ world, depth: 0 }, from, fact),

  /** All names in reach are declared or brought in by an import. */
  siblings: () => [],

  methods: 'ANYWHERE',
};

interface Walk {
  readonly world: World;
  readonly depth: number;
}

function targetOf(walk: Walk, from: string, fact: ImportFact): ModuleTarget {
  const { world } = walk;
  if (fact.kind === 'MODULE') {
    const path = moduleFile(world, from, fact);
    return path === null ? outside(null) : { path, packageName: null, inside: [] };
  }
  const parts = fact.specifier.split('::');
  if (fact.isWildcard) parts.pop();
  const [first = '', ...rest] = parts;
  if (first === 'crate' || first === '$crate') return follow(walk, rootOf(world, from), rest);
  if (first === 'self' || first === 'super') return upwards(walk, from, { parts, within: fact.within ?? [] });
  return named(walk, from, { first, rest, fact });
}

/** `self::…` and `super::super::…`, through the modules of the file itself and then through files. */
function upwards(
  walk: Walk,
  from: string,
  { parts, within }: { parts: readonly string[]; within: readonly string[] },
): ModuleTarget {
  let file = from;
  const inline = [...within];
  let at = parts[0] === 'self' ? 1 : 0;
  for (; parts[at] === 'super'; at += 1) {
    if (inline.pop() !== undefined) continue;
    const parent = parentOf(walk.world, file);
    if (parent === null) return outside(null);
    file = parent;
  }
  return follow(walk, file, [...inline, ...parts.slice(at)]);
}

interface Named {
  readonly first: string;
  readonly rest: readonly string[];
  readonly fact: ImportFact;
}

/** A path that starts with a name: of the module around it, of a crate, or in old editions of the crate's root. */
function named(walk: Walk, from: string, given: Named): ModuleTarget {
  const { world } = walk;
  const { first, rest } = given;
  const name = first === '' ? (rest[0] ?? '') : first;
  const path = first === '' ? rest.slice(1) : rest;
  if (first !== '' && isDeclaredIn(walk, from, given)) return follow(walk, from, [name, ...path]);
  const crate = crateOf(world, from);
  const dependency = crate === null ? undefined : dependencyOf(world, crate, name);
  if (dependency !== undefined) {
    const { library, packageName } = dependency;
    if (library === null) return outside(packageName);
    const target = follow(walk, library, path);
    return { ...target, packageName: packageName === crate?.manifest.name ? null : packageName };
  }
  if (standard.has(name)) return outside(name);
  const root = rootOf(world, from);
  const top = world.surface(root);
  const isOldPath = root !== from && top !== null && exportsOf(top).has(name);
  return isOldPath ? follow(walk, root, [name, ...path]) : outside(name);
}

/** Whether the module that an import stands in declares the first name of its path, by another declaration than the import. */
function isDeclaredIn({ world, depth }: Walk, from: string, { first, rest, fact }: Named): boolean {
  const surface = world.surface(from);
  const isOwn = (fact.within ?? []).length === 0 && fact.specifier !== first;
  if (surface === null || !isOwn || depth >= DEEPEST) return false;
  const declared = importNamed(surface, first, rest.length === 0);
  return exportsOf(surface).has(first) && declared?.specifier !== fact.specifier;
}

/** Follows a path through the modules that it names. Parts that have no file of their own are left as the path inside the last file. */
function follow(walk: Walk, start: string, path: readonly string[]): ModuleTarget {
  const { world, depth } = walk;
  let file = start;
  for (const [at, name] of path.entries()) {
    const rest = path.slice(at);
    const here: ModuleTarget = { path: file, packageName: null, inside: rest };
    const surface = world.surface(file);
    const fact = surface === null ? null : importNamed(surface, name, rest.length === 1);
    if (fact === null || depth > DEEPEST) return here;
    const next = targetOf({ world, depth: depth + 1 }, file, fact);
    // A re-exported item stays a name of this module; a re-exported module is walked through.
    if (next.path === null || next.inside?.length !== 0) return here;
    file = next.path;
  }
  return { path: file, packageName: null, inside: [] };
}
