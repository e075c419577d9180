import type { Origin } from './file-links.ts';
import type { ModuleRules, OpenFile } from './module-rules.ts';
import type { SurfaceSymbol } from './surface.ts';
import type { World } from './world.ts';

/** A found target, and the rule that found it. */
export interface Target {
  readonly origin: Origin;
  readonly path: string;
  readonly key: string;
}

/** A file that uses a name, and what it may mean by it. */
interface Use {
  readonly world: World;
  readonly rules: ModuleRules;
  readonly self: OpenFile;
  readonly imported: () => readonly string[];
}

/** A call on a receiver of unknown type: found when only one member of that name can be meant. */
export function onlyMember({ world, rules, self, imported }: Use, name: string): Target | null {
  // Where types are declared, a receiver that is not known here is mostly one of another repository.
  if (rules.siblings !== undefined || rules.isCommon?.(name) === true) return null;
  const members = world.symbolsNamed(name).filter(({ kind }) => kind === 'METHOD');
  const reached = new Set([self.path, ...imported()]);
  const near = members.filter(({ path }) => reached.has(path));
  const [onlyNear] = near;
  if (near.length === 1 && onlyNear !== undefined) {
    const origin = members.length === 1 ? 'only-member-imported' : 'imported-member-of-name';
    return { origin, path: onlyNear.path, key: onlyNear.key };
  }
  const [only] = members;
  return members.length === 1 && only !== undefined
    ? { origin: 'only-member-of-name', path: only.path, key: only.key }
    : null;
}

/** The one definition at the top of a file that has a name. */
export function onlyDefinition(world: World, name: string): Target | null {
  const candidates = world
    .symbolsNamed(name)
    .filter(({ kind, key }) => kind !== 'METHOD' && kind !== 'FIELD' && !key.includes('.'));
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined
    ? { origin: 'only-definition-of-name', path: only.path, key: only.key }
    : null;
}

/** The one definition of a name that a header declares. */
export function definitionOf(world: World, declared: SurfaceSymbol, name: string): Target | null {
  const definitions = world
    .symbolsNamed(name)
    .filter(({ kind, key }) => kind === declared.kind && (!key.includes('.') || key === declared.key));
  const [only] = definitions;
  return definitions.length === 1 && only !== undefined
    ? { origin: 'included-header', path: only.path, key: only.key }
    : null;
}
