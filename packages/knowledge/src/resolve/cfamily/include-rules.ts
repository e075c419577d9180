import { folderOf, foldersUp, inFolder, joinPath } from '../paths.ts';
import { commonMembers } from '../common-members.ts';
import type { ModuleRules, ModuleTarget } from '../module-rules.ts';
import type { World } from '../world.ts';

const outside = (packageName: string | null): ModuleTarget => ({ path: null, packageName });

/** Folders that headers lie in by custom, beside the sources or above them. */
const customary = ['', 'include', 'inc', 'src', 'lib'];

/**
 * The rules of `#include`: in quotes first beside the file, then as with angles in the folders that a build would name.
 * Builds are not read: of the folders around the file those are tried that hold headers by custom, the nearest first.
 */
export const includeRules: ModuleRules = {
  isCommon: (name) => commonMembers.cfamily.has(name),

  target(world: World, from: string, { specifier }): ModuleTarget {
    const isSystem = specifier.startsWith('<');
    const name = specifier.replace(/^<|>$/g, '').trim();
    const folder = folderOf(from);
    if (name === '' || name.startsWith('/')) return outside(null);
    const beside = isSystem ? null : joinPath(folder, name);
    if (beside !== null && world.isFile(beside)) return { path: beside, packageName: null };
    for (const up of foldersUp(folder))
      for (const each of customary) {
        const path = joinPath(each === '' ? up : inFolder(up, each), name);
        if (path !== null && path !== from && world.isFile(path)) return { path, packageName: null };
      }
    return outside(isSystem ? name : null);
  },
  declarations: 'APART',
};
