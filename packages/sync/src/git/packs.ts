import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns the packs of a repository with their sizes: the new ones after a fetch are what it transferred. */
export async function packsOf(repository: string): Promise<Map<string, number>> {
  const folder = join(repository, 'objects', 'pack');
  const sizes = new Map<string, number>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith('.pack'))
      sizes.set(name, (await stat(join(folder, name)).catch(() => null))?.size ?? 0);
  }
  return sizes;
}
